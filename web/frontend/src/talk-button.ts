import { Hold, type HoldStep } from './hold.ts';

export type TalkMode = 'idle' | 'held' | 'latched';

interface TalkHandlers {
  start: () => void;
  send: () => void;
  mode: (mode: TalkMode) => void;
}

const KEYS = new Set([' ', 'Enter']);

/** Turns pointer, keyboard and assistive clicks on the button into the start and the end of an utterance. */
export class TalkButton {
  #hold = new Hold();
  #pointer = false;
  readonly #on: TalkHandlers;

  constructor(button: HTMLButtonElement, on: TalkHandlers) {
    this.#on = on;
    button.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || !event.isPrimary) return;
      this.#pointer = true;
      // The release counts wherever the finger has slid to.
      button.setPointerCapture(event.pointerId);
      this.#step(this.#hold.press(event.timeStamp));
    });
    button.addEventListener('pointerup', (event) => this.#step(this.#hold.release(event.timeStamp)));
    button.addEventListener('pointercancel', () => this.#step(this.#hold.lose()));
    button.addEventListener('keydown', (event) => {
      if (!KEYS.has(event.key)) return;
      event.preventDefault(); // no scrolling, and no click on top
      if (!event.repeat) this.#step(this.#hold.press(event.timeStamp));
    });
    button.addEventListener('keyup', (event) => {
      if (!KEYS.has(event.key)) return;
      event.preventDefault();
      this.#step(this.#hold.release(event.timeStamp));
    });
    button.addEventListener('click', () => {
      if (!this.#pointer) this.#step(this.#hold.toggle());
      this.#pointer = false;
    });
    button.addEventListener('blur', () => {
      // Who tapped it may move on with the keyboard; who holds it can no longer let go.
      if (!this.#hold.latched) this.#step(this.#hold.lose());
    });
    // A long press on a touch screen would open a menu and cancel the pointer.
    button.addEventListener('contextmenu', (event) => event.preventDefault());
    window.addEventListener('blur', () => this.#step(this.#hold.lose()));
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.#step(this.#hold.lose());
    });
  }

  /** The utterance ended without the button. */
  reset(): void {
    this.#hold.reset();
    this.#on.mode('idle');
  }

  #step(step: HoldStep): void {
    this.#on.mode(!this.#hold.active ? 'idle' : this.#hold.latched ? 'latched' : 'held');
    if (step === 'start') this.#on.start();
    if (step === 'send') this.#on.send();
  }
}
