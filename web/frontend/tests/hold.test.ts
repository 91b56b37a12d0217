import { expect, test } from 'vitest';
import { Hold, TAP_MS } from '../src/hold.ts';

test('held and let go', () => {
  const hold = new Hold();
  expect(hold.press(0)).toBe('start');
  expect(hold.press(50)).toBeNull(); // a second key
  expect(hold.release(TAP_MS)).toBe('send');
  expect(hold.active).toBe(false);
});

test('a tap stays on until the next tap', () => {
  const hold = new Hold();
  expect([hold.press(0), hold.release(100)]).toEqual(['start', 'latch']);
  expect(hold.latched).toBe(true);
  expect([hold.press(5000), hold.release(5100)]).toEqual(['send', null]);
  expect(hold.press(6000)).toBe('start');
});

test('assistive clicks start and send', () => {
  const hold = new Hold();
  expect([hold.toggle(), hold.toggle(), hold.toggle()]).toEqual(['start', 'send', 'start']);
});

test('losing the pointer or the window sends what was said', () => {
  const hold = new Hold();
  expect(hold.lose()).toBeNull();
  hold.press(0);
  expect(hold.lose()).toBe('send');
  expect(hold.release(10)).toBeNull();
});

test('after a reset the finger that is still down does nothing', () => {
  const hold = new Hold();
  hold.press(0);
  hold.reset();
  expect(hold.active).toBe(false);
  expect(hold.release(1000)).toBeNull();
  expect(hold.press(2000)).toBe('start');
});
