/** What to play next, and exactly how much of it has been played. Runs in the audio thread; knows nothing of it. */

export interface Position {
  item: string;
  /** Samples of this item given to the loudspeaker. */
  played: number;
}

export type Moment = { kind: 'started' | 'finished' } & Position;

interface Piece {
  item: string;
  samples: Int16Array;
  /** Whether this piece ends its item: only then is silence after it the end, and not a late packet. */
  last: boolean;
}

const NOTHING = new Int16Array(0);

export class PlaybackQueue {
  #pieces: Piece[] = [];
  #offset = 0;
  #now: Position | null = null;

  /** The item being played; null before the first sample and after the end. */
  get position(): Position | null {
    return this.#now && { ...this.#now };
  }

  push(item: string, samples: Int16Array): void {
    this.#pieces.push({ item, samples, last: false });
  }

  end(item: string): void {
    this.#pieces.push({ item, samples: NOTHING, last: true });
  }

  /** Drops all that was not played. Gives the position of the item that was cut off, if one was. */
  flush(): Position | null {
    const cut = this.#now ?? (this.#pieces[0] ? { item: this.#pieces[0].item, played: 0 } : null);
    this.#pieces = [];
    this.#offset = 0;
    this.#now = null;
    return cut;
  }

  /** Fills one block; where audio has not arrived yet it is silence, which does not count as played. */
  fill(block: Float32Array): Moment[] {
    const moments: Moment[] = [];
    let at = 0;
    for (;;) {
      const piece = this.#pieces[0];
      if (!piece) break;
      if (this.#offset >= piece.samples.length) {
        if (piece.last) {
          if (this.#now) moments.push({ kind: 'finished', ...this.#now });
          this.#now = null;
        }
        this.#pieces.shift();
        this.#offset = 0;
        continue;
      }
      if (at >= block.length) return moments;
      if (this.#now?.item !== piece.item) {
        this.#now = { item: piece.item, played: 0 };
        moments.push({ kind: 'started', ...this.#now });
      }
      const count = Math.min(block.length - at, piece.samples.length - this.#offset);
      for (let i = 0; i < count; i++) block[at + i] = (piece.samples[this.#offset + i] ?? 0) / 0x8000;
      at += count;
      this.#offset += count;
      this.#now.played += count;
    }
    block.fill(0, at);
    return moments;
  }
}
