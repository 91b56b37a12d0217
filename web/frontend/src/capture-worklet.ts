import { Framer, type Frame } from './framer.ts';

/** To the worklet. */
export type CaptureCommand = 'start' | 'stop';
/** From the worklet: frames while started, then one `null` that says that all of them have been sent. */
export type CaptureReport = Frame | null;

class Capture extends AudioWorkletProcessor {
  #framer = new Framer();
  #started = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<CaptureCommand>) => {
      if (data === 'start') {
        this.#framer = new Framer();
        this.#started = true;
        return;
      }
      const rest = this.#started ? this.#framer.rest() : null;
      this.#started = false;
      if (rest) this.#report(rest);
      this.port.postMessage(null satisfies CaptureReport);
    };
  }

  override process(inputs: Float32Array[][]): boolean {
    const channel = inputs[0]?.[0];
    if (channel && this.#started) for (const frame of this.#framer.push(channel)) this.#report(frame);
    return true;
  }

  #report(frame: Frame): void {
    this.port.postMessage(frame satisfies CaptureReport, [frame.pcm.buffer]);
  }
}

registerProcessor('capture', Capture);
