/** What the citizen can do, and what follows: the one place where connection, sound and conversation meet. */

import { address, Connection, type ConnectionState } from './connection.ts';
import { isStray, reduce, type Conversation, type Happening } from './conversation.ts';
import { faultOf, Microphone } from './microphone.ts';
import { RATE, toBase64 } from './pcm.ts';
import { Player } from './player.ts';
import * as protocol from './protocol.ts';
import { OFFLINE, type Language, type Problem, type Status } from './texts.ts';

/** Less than this is a slip of the finger, and servers refuse it. */
const SHORTEST_TALK = RATE / 10;
/** A forgotten microphone is sent after a minute. */
const LONGEST_TALK_MS = 60_000;
/** Longer than a server may take to stop; after that it is asked all the same. */
const CANCEL_TIMEOUT_MS = 3_000;

export interface View {
  status: Status;
  problem: Problem | null;
  conversation: Conversation;
  language: Language;
  aloud: boolean;
  /** Whether there is something to stop. */
  busy: boolean;
  playing: boolean;
  playedMs: number;
}

/** One press of the talk button. */
interface Talk {
  released: boolean;
  samples: number;
  limit?: ReturnType<typeof setTimeout>;
}

const newActive = () => ({ id: null, stopped: false, silent: false });

export class Assistant {
  #conversation: Conversation = [];
  #problem: Problem | null = null;
  #language: Language;
  #aloud = true;
  #turns = 0;
  #talk: Talk | null = null;
  #listening = false;
  /** The response that the server works on: whether it was told to stop, and whether its sound is unwanted. */
  #active: { id: string | null; stopped: boolean; silent: boolean } | null = null;
  #whenIdle: (() => void)[] = [];
  readonly #connection: Connection;
  readonly #player = new Player(() => this.#show());
  readonly #microphone = new Microphone(() => this.#endTalk('mic_lost'));
  readonly #onView: (view: View) => void;
  readonly #onLevel: (level: number) => void;
  readonly #onTalkEnded: () => void;

  constructor(
    language: Language,
    on: { view: (view: View) => void; level: (level: number) => void; talkEnded: () => void },
  ) {
    this.#language = language;
    this.#onView = on.view;
    this.#onLevel = on.level;
    this.#onTalkEnded = on.talkEnded;
    this.#connection = new Connection(
      address(window.location),
      (event) => this.#receive(event),
      (state) => this.#reconnected(state),
    );
  }

  start(): void {
    this.#show();
    this.#connection.connect();
  }

  reconnect(): void {
    this.#connection.connect();
  }

  setLanguage(language: Language): void {
    this.#language = language;
    this.#configure();
    this.#show();
  }

  setAloud(aloud: boolean): void {
    this.#aloud = aloud;
    this.#configure();
    if (aloud) this.#openSound();
    else void this.#player.flush();
    // Turned on again, the sound of a running reply would start in the middle of it.
    if (this.#active) this.#active.silent = true;
    this.#show();
  }

  /** Sends a typed question. False if it cannot be sent now. */
  ask(text: string): boolean {
    if (!this.#canSend()) return false;
    void this.#ask(text);
    return true;
  }

  /** Ends whatever goes on: listening, thinking or speaking. */
  stop(): void {
    if (this.#talk) return this.#endTalk(null);
    void this.#interrupt();
  }

  /** The talk button went down. */
  async startTalk(): Promise<void> {
    if (this.#talk) return;
    if (!this.#canSend()) return this.#onTalkEnded();
    const talk: Talk = { released: false, samples: 0 };
    this.#talk = talk;
    this.#openSound();
    this.#show();
    try {
      await Promise.all([this.#microphone.open(), this.#interrupt()]);
    } catch (error) {
      if (this.#talk === talk) this.#endTalk(faultOf(error));
      return;
    }
    if (this.#talk !== talk) return this.#microphone.keep();
    // The button was let go to answer the browser's question for permission.
    if (talk.released) return this.#endTalk('mic_ready');
    this.#connection.send(protocol.clearAudio());
    this.#listening = true;
    this.#microphone.start(({ pcm, peak }) => {
      talk.samples += pcm.length;
      this.#connection.send(protocol.appendAudio(toBase64(pcm)));
      this.#onLevel(peak);
    });
    talk.limit = setTimeout(() => {
      this.#onTalkEnded();
      void this.sendTalk();
    }, LONGEST_TALK_MS);
    this.#show();
  }

  /** The talk button went up. */
  async sendTalk(): Promise<void> {
    const talk = this.#talk;
    if (!talk || talk.released) return;
    talk.released = true;
    if (!this.#listening) return; // the microphone is still opening: startTalk sees to it
    clearTimeout(talk.limit);
    await this.#microphone.stop();
    if (this.#talk !== talk) return;
    this.#talk = null;
    this.#listening = false;
    this.#onLevel(0);
    const turn = ++this.#turns;
    this.#happen({ kind: 'spoke', turn, language: this.#language });
    if (talk.samples < SHORTEST_TALK) {
      this.#connection.send(protocol.clearAudio());
      this.#happen({ kind: 'not_heard', inputId: null });
      return;
    }
    this.#connection.send(protocol.commitAudio(turn));
    await this.#respond(turn);
  }

  async #ask(text: string): Promise<void> {
    if (this.#aloud) this.#openSound();
    if (this.#talk) {
      this.#endTalk(null);
      this.#onTalkEnded();
    }
    const stopped = this.#interrupt();
    const turn = ++this.#turns;
    this.#happen({ kind: 'asked', turn, language: this.#language, text });
    await stopped;
    this.#connection.send(protocol.userMessage(text));
    await this.#respond(turn);
  }

  /** Asks for the reply, once the server is done with the one before: it makes one at a time. */
  async #respond(turn: number): Promise<void> {
    if (this.#active) {
      await new Promise<void>((resolve) => {
        this.#whenIdle.push(resolve);
        setTimeout(resolve, CANCEL_TIMEOUT_MS);
      });
    }
    const last = this.#conversation.at(-1);
    if (last?.id !== turn || last.ending !== null) return; // stopped, or overtaken, meanwhile
    if (this.#connection.send(protocol.createResponse(turn))) this.#active = newActive();
  }

  async #interrupt(): Promise<void> {
    const active = this.#active;
    if (active && !active.stopped) {
      active.stopped = active.silent = true;
      this.#connection.send(protocol.cancelResponse(active.id));
    }
    this.#happen({ kind: 'stopped' });
    const heard = await this.#player.flush();
    // The server forgets what was not heard.
    if (heard) this.#connection.send(protocol.truncateItem(heard.item, heard.ms));
  }

  /** Ends a talk without sending it. */
  #endTalk(problem: Problem | null): void {
    const talk = this.#talk;
    if (!talk) return;
    clearTimeout(talk.limit);
    this.#talk = null;
    if (this.#listening) void this.#microphone.stop();
    else this.#microphone.keep();
    this.#listening = false;
    this.#connection.send(protocol.clearAudio());
    this.#onLevel(0);
    this.#problem = problem;
    this.#onTalkEnded();
    this.#show();
  }

  #receive(event: protocol.ServerEvent): void {
    switch (event.kind) {
      case 'session_created':
        this.#configure();
        break;
      case 'response_created':
        this.#active ??= newActive();
        this.#active.id = event.responseId;
        break;
      case 'audio_delta':
        if (this.#audible(event.responseId)) this.#player.push(event.itemId, event.pcm);
        return;
      case 'audio_done':
        if (this.#audible(event.responseId)) this.#player.end(event.itemId);
        return;
      case 'response_done':
        if (this.#active?.id === event.responseId) this.#idle();
        break;
      case 'error':
        if (isStray(this.#conversation, event)) this.#problem = 'server';
        break;
    }
    this.#happen(event);
    // An error or an empty utterance may end a turn for which no response was ever made.
    if (this.#active?.id === null && this.#conversation.at(-1)?.ending === 'failed') this.#idle();
  }

  #audible(responseId: string): boolean {
    return this.#aloud && this.#active?.id === responseId && !this.#active.silent;
  }

  #idle(): void {
    this.#active = null;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #reconnected(state: ConnectionState): void {
    if (state !== 'open') {
      if (this.#talk) this.#endTalk(null);
      this.#happen({ kind: 'lost' });
      this.#idle();
    } else if (this.#problem === 'not_connected') {
      this.#problem = null;
    }
    this.#show();
  }

  #configure(): void {
    this.#connection.send(protocol.sessionUpdate(this.#language, this.#aloud));
  }

  #openSound(): void {
    this.#player.open().catch(() => {
      this.#problem = 'no_sound';
      this.#show();
    });
  }

  #canSend(): boolean {
    const open = this.#connection.state === 'open';
    this.#problem = open ? null : 'not_connected';
    this.#show();
    return open;
  }

  #happen(happening: Happening): void {
    this.#conversation = reduce(this.#conversation, happening);
    this.#show();
  }

  #status(): Status {
    const { state } = this.#connection;
    if (state !== 'open') return OFFLINE[state];
    if (this.#talk) return this.#listening ? 'listening' : 'opening';
    if (this.#player.playing) return 'speaking';
    const last = this.#conversation.at(-1);
    // Short replies are complete before their first sound: not ready yet.
    if (last?.ending === null || this.#player.queued) return 'thinking';
    const failed = last?.ending === 'failed' || (this.#problem !== null && this.#problem !== 'mic_ready');
    return failed ? 'error' : 'ready';
  }

  #show(): void {
    const last = this.#conversation.at(-1);
    this.#onView({
      status: this.#status(),
      problem: this.#problem,
      conversation: this.#conversation,
      language: this.#language,
      aloud: this.#aloud,
      busy: this.#talk !== null || this.#player.playing || this.#player.queued || last?.ending === null,
      playing: this.#player.playing,
      playedMs: this.#player.playedMs,
    });
  }
}
