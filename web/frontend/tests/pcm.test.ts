import { expect, test } from 'vitest';
import { fromBase64, toBase64, toMs, toPcm16 } from '../src/pcm.ts';

test('base64 is little-endian PCM16', () => {
  expect(toBase64(new Int16Array([1, -2, 0x1234]))).toBe(Buffer.from([1, 0, 0xfe, 0xff, 0x34, 0x12]).toString('base64'));
});

test('audio comes back as it was, however long', () => {
  const samples = Int16Array.from({ length: 100_001 }, (_, i) => (i * 7919) % 65_536 - 32_768);
  expect(fromBase64(toBase64(samples))).toEqual(samples);
});

test('a part of a larger buffer is sent alone', () => {
  expect(fromBase64(toBase64(new Int16Array([1, 2, 3, 4]).subarray(1, 3)))).toEqual(new Int16Array([2, 3]));
});

test('half a sample is dropped', () => {
  expect(fromBase64(btoa('\x01\x00\x02'))).toEqual(new Int16Array([1]));
});

test('peaks are clipped, not wrapped', () => {
  expect([0, 1, -1, 1.5, -1.5].map(toPcm16)).toEqual([0, 32_767, -32_768, 32_767, -32_768]);
});

test('samples in milliseconds', () => {
  expect(toMs(24_000)).toBe(1000);
  expect(toMs(23)).toBe(0);
});
