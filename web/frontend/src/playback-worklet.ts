import { PlaybackQueue, type Moment, type Position } from './playback-queue.ts';

/** To the worklet. */
export type PlaybackCommand =
  | { kind: 'push'; item: string; pcm: Int16Array }
  | { kind: 'end'; item: string }
  | { kind: 'flush' };
/** From the worklet. `flushed` answers a flush; its item is null if nothing was cut off. */
export type PlaybackReport = Moment | ({ kind: 'position' } & Position) | { kind: 'flushed'; cut: Position | null };

/** Blocks of 128 samples between two reports of the position: about 10 a second. */
const REPORT_EVERY = 19;

class Playback extends AudioWorkletProcessor {
  #queue = new PlaybackQueue();
  #blocks = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<PlaybackCommand>) => {
      if (data.kind === 'push') this.#queue.push(data.item, data.pcm);
      else if (data.kind === 'end') this.#queue.end(data.item);
      else this.#report({ kind: 'flushed', cut: this.#queue.flush() });
    };
  }

  override process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const block = outputs[0]?.[0];
    if (!block) return true;
    for (const moment of this.#queue.fill(block)) this.#report(moment);
    const position = this.#queue.position;
    if (position && ++this.#blocks % REPORT_EVERY === 0) this.#report({ kind: 'position', ...position });
    return true;
  }

  #report(report: PlaybackReport): void {
    this.port.postMessage(report);
  }
}

registerProcessor('playback', Playback);
