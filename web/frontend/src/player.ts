import { openAudio } from './audio.ts';
import { toMs } from './pcm.ts';
import type { Position } from './playback-queue.ts';
import type { PlaybackCommand, PlaybackReport } from './playback-worklet.ts';

export interface Heard {
  item: string;
  /** How much of the item came out of the loudspeaker. */
  ms: number;
}

/** A suspended context answers nothing: do not let a stop hang on it. */
const FLUSH_TIMEOUT_MS = 300;

/** What reached the ear: the samples given out, less those still on their way through the sound system. */
export function heardMs(played: number, outputLatency: number): number {
  return Math.max(0, toMs(played) - Math.ceil(outputLatency * 1000));
}

/** Plays replies through the audio thread. */
export class Player {
  #node: AudioWorkletNode | null = null;
  #opening: Promise<AudioWorkletNode> | null = null;
  #playing = false;
  #queued = false;
  #position: Position | null = null;
  #onFlushed: ((cut: Position | null) => void) | null = null;
  /** Grows with each flush: audio that waited for the context meanwhile is stale. */
  #flushes = 0;
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** Whether there is sound to play that has not begun. */
  get queued(): boolean {
    return this.#queued;
  }

  /** Milliseconds of the present, or else the last, item. */
  get playedMs(): number {
    return toMs(this.#position?.played ?? 0);
  }

  /** Call it inside a click or a key press. */
  open(): Promise<AudioWorkletNode> {
    this.#opening = openAudio().then((context) => (this.#node ??= this.#connect(context)));
    this.#opening.catch(() => (this.#queued = false));
    return this.#opening;
  }

  push(item: string, pcm: Int16Array<ArrayBuffer>): void {
    this.#queued = !this.#playing;
    this.#send({ kind: 'push', item, pcm }, [pcm.buffer]);
  }

  /** No more audio will come for this item. */
  end(item: string): void {
    this.#send({ kind: 'end', item });
  }

  /** Falls silent at once. Gives what was heard of the item that was cut off, or null if there was none. */
  async flush(): Promise<Heard | null> {
    this.#flushes++;
    this.#queued = false;
    const node = this.#node;
    if (!node) return null;
    const cut = await new Promise<Position | null>((resolve) => {
      const timer = setTimeout(() => resolve(this.#playing ? this.#position : null), FLUSH_TIMEOUT_MS);
      this.#onFlushed = (position) => {
        clearTimeout(timer);
        resolve(position);
      };
      node.port.postMessage({ kind: 'flush' } satisfies PlaybackCommand);
    });
    this.#playing = false;
    this.#onChange();
    const latency = (node.context as AudioContext).outputLatency || 0;
    return cut && { item: cut.item, ms: heardMs(cut.played, latency) };
  }

  #connect(context: AudioContext): AudioWorkletNode {
    const node = new AudioWorkletNode(context, 'playback', { numberOfInputs: 0, outputChannelCount: [1] });
    node.connect(context.destination);
    node.port.onmessage = ({ data }: MessageEvent<PlaybackReport>) => this.#take(data);
    return node;
  }

  #take(report: PlaybackReport): void {
    if (report.kind === 'flushed') {
      this.#onFlushed?.(report.cut);
      this.#onFlushed = null;
      return;
    }
    this.#position = { item: report.item, played: report.played };
    if (report.kind !== 'position') this.#playing = report.kind === 'started';
    if (report.kind === 'started') this.#queued = false;
    this.#onChange();
  }

  #send(command: PlaybackCommand, transfer: Transferable[] = []): void {
    if (this.#node) {
      this.#node.port.postMessage(command, transfer);
      return;
    }
    const flushes = this.#flushes;
    this.#opening?.then(
      (node) => {
        if (flushes === this.#flushes) node.port.postMessage(command, transfer);
      },
      () => undefined, // without sound the reply is still read
    );
  }
}
