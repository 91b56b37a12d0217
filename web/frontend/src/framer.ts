import { RATE, toPcm16 } from './pcm.ts';

/** 40 ms: few enough messages, and no delay that anybody notices. */
export const FRAME = RATE / 25;

export interface Frame {
  pcm: Int16Array<ArrayBuffer>;
  /** Loudest sample, 0 to 1, for the level meter. */
  peak: number;
}

/** Collects the audio thread's 128-sample blocks into frames for the wire. */
export class Framer {
  #frame = new Int16Array(FRAME);
  #filled = 0;
  #peak = 0;

  push(block: Float32Array): Frame[] {
    const full: Frame[] = [];
    for (const sample of block) {
      this.#peak = Math.max(this.#peak, Math.abs(sample));
      this.#frame[this.#filled++] = toPcm16(sample);
      if (this.#filled === FRAME) full.push(this.#take());
    }
    return full;
  }

  /** What is left over, so that the end of the last word is not lost. */
  rest(): Frame | null {
    return this.#filled === 0 ? null : this.#take();
  }

  #take(): Frame {
    const frame = { pcm: this.#frame.slice(0, this.#filled), peak: Math.min(1, this.#peak) };
    this.#filled = 0;
    this.#peak = 0;
    return frame;
  }
}
