import { expect, test } from 'vitest';
import { address, retryDelay } from '../src/connection.ts';

test('the socket is as secure as the page', () => {
  expect(address({ protocol: 'https:', host: 'portal.example' })).toBe('wss://portal.example/v1/realtime');
  expect(address({ protocol: 'http:', host: '127.0.0.1:8000' })).toBe('ws://127.0.0.1:8000/v1/realtime');
});

test('waits grow, are spread, and have a limit', () => {
  expect([0, 1, 2, 3].map((attempt) => retryDelay(attempt, 0))).toEqual([250, 500, 1000, 2000]);
  expect(retryDelay(0, 0.999)).toBeGreaterThan(490);
  expect(retryDelay(50, 0.999)).toBeLessThanOrEqual(15_000);
});
