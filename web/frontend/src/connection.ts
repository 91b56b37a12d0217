import { PATH, readEvent, type ClientEvent, type ServerEvent } from './protocol.ts';

/** A server that accepts and then says nothing is as good as none. */
const HELLO_TIMEOUT_MS = 10_000;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;
/** "Try again later": what an overloaded server closes with. */
const CLOSED_BUSY = 1013;

export type ConnectionState = 'connecting' | 'open' | 'lost' | 'busy';

/** How long to wait before attempt `attempt` (from 0). `chance` in [0, 1) spreads the clients of a server that fell. */
export function retryDelay(attempt: number, chance: number): number {
  const full = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return Math.round(full * (0.5 + chance / 2));
}

export function address(location: { protocol: string; host: string }): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${PATH}`;
}

/** The websocket, which comes back by itself. `open` means that the server has greeted us. */
export class Connection {
  #socket: WebSocket | null = null;
  #state: ConnectionState = 'connecting';
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #url: string;
  readonly #onEvent: (event: ServerEvent) => void;
  readonly #onState: (state: ConnectionState) => void;

  constructor(url: string, onEvent: (event: ServerEvent) => void, onState: (state: ConnectionState) => void) {
    this.#url = url;
    this.#onEvent = onEvent;
    this.#onState = onState;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  connect(): void {
    clearTimeout(this.#timer);
    if (this.#socket) return;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lose(socket, 0), HELLO_TIMEOUT_MS);
    socket.onmessage = ({ data }) => {
      const event = readEvent(data);
      if (!event || socket !== this.#socket) return;
      if (event.kind === 'session_created') {
        clearTimeout(this.#timer);
        this.#attempt = 0;
        this.#become('open');
      }
      this.#onEvent(event);
    };
    // An error is always followed by a close.
    socket.onclose = ({ code }) => this.#lose(socket, code);
  }

  /** Tells whether the message went out. */
  send(event: ClientEvent): boolean {
    if (this.#state !== 'open' || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(event));
    return true;
  }

  #lose(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    this.#socket = null;
    socket.onclose = null;
    socket.close();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.connect(), retryDelay(this.#attempt++, Math.random()));
    this.#become(code === CLOSED_BUSY ? 'busy' : 'lost');
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    this.#onState(state);
  }
}
