/**
 * When a press of the talk button starts and ends an utterance. Held: from press to release. A short tap leaves it
 * listening until the next tap, for those who cannot hold a button down: tremor, switch control, screen readers.
 */

export type HoldStep = 'start' | 'send' | 'latch' | null;

/** A press shorter than this is a tap. */
export const TAP_MS = 350;

export class Hold {
  #state: 'idle' | 'held' | 'latched' | 'sent' = 'idle';
  #pressedAt = 0;

  get latched(): boolean {
    return this.#state === 'latched';
  }

  get active(): boolean {
    return this.#state === 'held' || this.#state === 'latched';
  }

  press(now: number): HoldStep {
    if (this.#state === 'held' || this.#state === 'sent') return null;
    if (this.#state === 'latched') {
      this.#state = 'sent'; // its release means nothing
      return 'send';
    }
    this.#state = 'held';
    this.#pressedAt = now;
    return 'start';
  }

  release(now: number): HoldStep {
    if (this.#state === 'held') {
      const tap = now - this.#pressedAt < TAP_MS;
      this.#state = tap ? 'latched' : 'idle';
      return tap ? 'latch' : 'send';
    }
    if (this.#state === 'sent') this.#state = 'idle';
    return null;
  }

  /** A click with no press before it: how assistive technology works a button. */
  toggle(): HoldStep {
    if (this.active) return this.lose();
    this.#state = 'latched';
    return 'start';
  }

  /** The pointer, the focus or the window went away: never leave a microphone open by accident. */
  lose(): HoldStep {
    const active = this.active;
    this.#state = 'idle';
    return active ? 'send' : null;
  }

  /** The utterance ended for another reason. A finger that is still down is ignored until it goes up. */
  reset(): void {
    this.#state = this.#state === 'held' || this.#state === 'sent' ? 'sent' : 'idle';
  }
}
