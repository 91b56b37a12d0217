/** What the citizen can do, and what follows: the one place where connection, sound and conversation meet. */

import { address, Connection, type ConnectionState } from './connection.ts';
import { isStray, reduce, type Conversation, type Happening } from './conversation.ts';
import { toBase64 } from './pcm.ts';
import { Player } from './player.ts';
import * as protocol from './protocol.ts';
import { OFFLINE, type Language, type Problem, type Status } from './texts.ts';
import { Utterance, type EndedBy } from './utterance.ts';

/** When nothing was heard, how long the server may take to say something about it itself. */
const UNHEARD_WAIT_MS = 1_500;
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

/** A response in the making. */
interface Active {
  id: string | null;
  /** Whether the server was told to stop it. */
  stopped: boolean;
  /** Whether its sound is unwanted. */
  silent: boolean;
  /** The item whose sound has begun to come, and not ended. */
  sounding: string | null;
}

const newActive = (): Active => ({ id: null, stopped: false, silent: false, sounding: null });

export class Assistant {
  #conversation: Conversation = [];
  #problem: Problem | null = null;
  #language: Language;
  #aloud = true;
  #turns = 0;
  /** The response that the server works on. */
  #active: Active | null = null;
  #whenIdle: (() => void)[] = [];
  readonly #connection: Connection;
  readonly #player = new Player(() => this.#show());
  readonly #utterance = new Utterance({
    begin: () => {
      this.#connection.send(protocol.clearAudio());
      this.#show();
    },
    audio: (pcm, peak) => {
      this.#connection.send(protocol.appendAudio(toBase64(pcm)));
      this.#onLevel(peak);
    },
    ended: (by) => this.#utteranceEnded(by),
  });
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
    if (!this.#discardTalk()) void this.#interrupt();
  }

  /** The talk button went down. */
  startTalk(): void {
    if (this.#utterance.state !== 'off') return;
    if (!this.#canSend()) return this.#onTalkEnded();
    this.#openSound();
    void this.#utterance.start(this.#interrupt());
    this.#show();
  }

  /** The talk button went up. */
  async sendTalk(): Promise<void> {
    const enough = await this.#utterance.finish();
    if (enough === null) return;
    this.#onLevel(0);
    const turn = ++this.#turns;
    this.#happen({ kind: 'spoke', turn, language: this.#language });
    if (enough) {
      this.#connection.send(protocol.commitAudio(turn)); // the reply is asked for once it is committed
      return;
    }
    this.#connection.send(protocol.clearAudio());
    this.#receive({ kind: 'not_heard', inputId: null });
  }

  async #ask(text: string): Promise<void> {
    if (this.#aloud) this.#openSound();
    this.#discardTalk();
    const stopped = this.#interrupt();
    const turn = ++this.#turns;
    this.#happen({ kind: 'asked', turn, language: this.#language, text });
    await stopped;
    this.#connection.send(protocol.userMessage(text));
    await this.#respond(turn);
  }

  /** Asks for the reply of the newest turn, once the server is done with the one before: it makes one at a time. */
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

  /** Ends a talk without sending it. Tells whether there was one. */
  #discardTalk(): boolean {
    if (!this.#utterance.discard()) return false;
    this.#talkOver(null);
    return true;
  }

  #utteranceEnded(by: EndedBy): void {
    if (by !== 'limit') return this.#talkOver(by);
    this.#onTalkEnded();
    void this.sendTalk();
  }

  #talkOver(problem: Problem | null): void {
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
        if (this.#active?.id !== event.responseId || this.#active.silent || !this.#aloud) return;
        this.#active.sounding = event.itemId;
        this.#player.push(event.itemId, event.pcm);
        return;
      case 'audio_done':
        if (this.#active?.id === event.responseId) this.#endSound();
        return;
      case 'response_done':
        if (this.#active?.id === event.responseId) this.#idle();
        break;
      case 'error':
        if (isStray(this.#conversation, event)) this.#problem = 'server';
        break;
    }
    this.#happen(event);
    const last = this.#conversation.at(-1);
    if (event.kind === 'committed' && last?.by === 'spoken') void this.#respond(last.id);
    if (event.kind === 'not_heard' && event.inputId === null) this.#happen({ kind: 'unanswered' });
    else if (last?.unheard && last.ending === null && !last.responseId) this.#waitForWords(last.id);
    // An error may end a turn for which no response was ever made.
    if (event.kind === 'error' && this.#active?.id === null && last && last.ending !== null) this.#idle();
  }

  #waitForWords(turn: number): void {
    setTimeout(() => {
      const last = this.#conversation.at(-1);
      if (last?.id !== turn || last.responseId) return;
      this.#happen({ kind: 'unanswered' });
      this.#idle();
    }, UNHEARD_WAIT_MS);
  }

  /** No more sound will come: the player must not wait for it. */
  #endSound(): void {
    const active = this.#active;
    if (!active?.sounding) return;
    if (!active.silent) this.#player.end(active.sounding);
    active.sounding = null;
  }

  #idle(): void {
    this.#endSound();
    this.#active = null;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #reconnected(state: ConnectionState): void {
    if (state !== 'open') {
      this.#discardTalk();
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
    if (this.#utterance.state !== 'off') return this.#utterance.state;
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
      busy: this.#utterance.state !== 'off' || this.#player.playing || this.#player.queued || last?.ending === null,
      playing: this.#player.playing,
      playedMs: this.#player.playedMs,
    });
  }
}
