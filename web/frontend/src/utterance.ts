/** One stretch of talking: from the press of the button, through the opening of the microphone, to the last sample. */

import { faultOf, Microphone, type MicrophoneFault } from './microphone.ts';
import { RATE } from './pcm.ts';

/** Less than this is a slip of the finger, and servers refuse it. */
const SHORTEST = RATE / 10;
/** A forgotten microphone is sent after a minute. */
const LONGEST_MS = 60_000;

export type EndedBy =
  | MicrophoneFault
  | 'mic_lost'
  /** The button was let go while the microphone opened, as one does to answer the browser's question for permission. */
  | 'mic_ready'
  | 'limit';

interface Press {
  released: boolean;
  samples: number;
  limit?: ReturnType<typeof setTimeout>;
}

export interface UtteranceHandlers {
  /** Listening begins; audio follows. */
  begin: () => void;
  audio: (pcm: Int16Array, peak: number) => void;
  /** It ended without the button. After `limit` it waits for `finish`, else it is over. */
  ended: (by: EndedBy) => void;
}

export class Utterance {
  #press: Press | null = null;
  #listening = false;
  readonly #microphone = new Microphone(() => this.#fail('mic_lost'));
  readonly #on: UtteranceHandlers;

  constructor(on: UtteranceHandlers) {
    this.#on = on;
  }

  get state(): 'off' | 'opening' | 'listening' {
    if (!this.#press) return 'off';
    return this.#listening || this.#microphone.isOpen ? 'listening' : 'opening';
  }

  /** Call it inside a click or a key press. Listens once the microphone is open and `quiet`, our own voice, is. */
  async start(quiet: Promise<void>): Promise<void> {
    const press: Press = { released: false, samples: 0 };
    this.#press = press;
    try {
      await Promise.all([this.#microphone.open(), quiet]);
    } catch (error) {
      if (this.#press === press) this.#fail(faultOf(error));
      return;
    }
    if (this.#press !== press) return this.#microphone.keep();
    if (press.released) return this.#fail('mic_ready');
    this.#listening = true;
    press.limit = setTimeout(() => this.#on.ended('limit'), LONGEST_MS);
    this.#on.begin();
    this.#microphone.start(({ pcm, peak }) => {
      press.samples += pcm.length;
      this.#on.audio(pcm, peak);
    });
  }

  /** Ends it after the last sample. Tells whether there was enough of it; null if there is nothing to send. */
  async finish(): Promise<boolean | null> {
    const press = this.#press;
    if (!press || press.released) return null;
    press.released = true;
    if (!this.#listening) return null; // the microphone is still opening: start sees to it
    clearTimeout(press.limit);
    await this.#microphone.stop();
    if (this.#press !== press) return null;
    this.#press = null;
    this.#listening = false;
    return press.samples >= SHORTEST;
  }

  /** Ends it for nothing. Tells whether there was one. */
  discard(): boolean {
    if (!this.#press) return false;
    clearTimeout(this.#press.limit);
    this.#press = null;
    if (this.#listening) void this.#microphone.stop();
    else this.#microphone.keep();
    this.#listening = false;
    return true;
  }

  #fail(by: EndedBy): void {
    if (this.discard()) this.#on.ended(by);
  }
}
