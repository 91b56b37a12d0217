import { expect, test } from 'vitest';
import { FRAME, Framer } from '../src/framer.ts';

const block = (value: number, length = 128) => new Float32Array(length).fill(value);

test('blocks become frames of 40 ms, and nothing is lost', () => {
  const framer = new Framer();
  const lengths: number[] = [];
  for (let i = 0; i < 20; i++) lengths.push(...framer.push(block(0.1)).map((frame) => frame.pcm.length));
  const rest = framer.rest()?.pcm.length ?? 0;
  expect(lengths).toEqual([FRAME, FRAME]);
  expect(2 * FRAME + rest).toBe(20 * 128);
  expect(framer.rest()).toBeNull();
});

test('each frame has its own peak', () => {
  const framer = new Framer();
  const [loud] = framer.push(block(-0.5, FRAME));
  const [quiet] = framer.push(block(0.25, FRAME));
  expect([loud?.peak, quiet?.peak]).toEqual([0.5, 0.25]);
  expect(loud?.pcm[0]).toBe(-16_384);
});
