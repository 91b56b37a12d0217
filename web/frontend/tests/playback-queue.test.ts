import { expect, test } from 'vitest';
import { PlaybackQueue, type Moment } from '../src/playback-queue.ts';
import { heardMs } from '../src/player.ts';

const tone = (length: number, value = 0x4000) => new Int16Array(length).fill(value);

function play(queue: PlaybackQueue, blocks: number): { moments: Moment[]; sound: number[] } {
  const moments: Moment[] = [];
  const sound: number[] = [];
  for (let i = 0; i < blocks; i++) {
    const block = new Float32Array(128).fill(9); // never trust what lies in the block
    moments.push(...queue.fill(block));
    sound.push(...block);
  }
  return { moments, sound };
}

test('the position of an item that ends is exact', () => {
  const queue = new PlaybackQueue();
  queue.push('a', tone(200));
  queue.push('a', tone(101));
  queue.end('a');
  const { moments, sound } = play(queue, 4);
  expect(moments).toEqual([
    { kind: 'started', item: 'a', played: 0 },
    { kind: 'finished', item: 'a', played: 301 },
  ]);
  expect(sound.filter((sample) => sample === 0.5)).toHaveLength(301);
  expect(sound.slice(301).every((sample) => sample === 0)).toBe(true);
  expect(queue.position).toBeNull();
});

test('a flush tells how much was played, and silences the rest', () => {
  const queue = new PlaybackQueue();
  queue.push('a', tone(10_000));
  play(queue, 3);
  expect(queue.flush()).toEqual({ item: 'a', played: 384 });
  expect(play(queue, 1).sound.every((sample) => sample === 0)).toBe(true);
  expect(queue.flush()).toBeNull();
});

test('an item that was flushed before its first sample was not heard at all', () => {
  const queue = new PlaybackQueue();
  queue.push('a', tone(500));
  expect(queue.flush()).toEqual({ item: 'a', played: 0 });
});

test('waiting for late audio is neither played time nor the end', () => {
  const queue = new PlaybackQueue();
  queue.push('a', tone(100));
  expect(play(queue, 5).moments).toEqual([{ kind: 'started', item: 'a', played: 0 }]);
  expect(queue.position).toEqual({ item: 'a', played: 100 });
  queue.push('a', tone(50));
  queue.end('a');
  expect(play(queue, 2).moments).toEqual([{ kind: 'finished', item: 'a', played: 150 }]);
});

test('two items follow each other without a gap, each with its own position', () => {
  const queue = new PlaybackQueue();
  queue.push('a', tone(64));
  queue.end('a');
  queue.push('b', tone(64, -0x8000));
  queue.end('b');
  const { moments, sound } = play(queue, 1);
  expect(moments.map(({ kind, item, played }) => [kind, item, played])).toEqual([
    ['started', 'a', 0],
    ['finished', 'a', 64],
    ['started', 'b', 0],
    ['finished', 'b', 64],
  ]);
  expect([sound[63], sound[64]]).toEqual([0.5, -1]);
});

test('what the ear heard is less what is still on its way', () => {
  expect(heardMs(24_000, 0)).toBe(1000);
  expect(heardMs(24_000, 0.03)).toBe(970);
  expect(heardMs(240, 0.03)).toBe(0);
});
