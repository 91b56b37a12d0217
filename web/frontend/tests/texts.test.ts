import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { blocksOf } from '../src/reply-text.ts';
import { dateInWords, LANGUAGES, preferredLanguage, TEXTS } from '../src/texts.ts';

test('every text stands in every language', () => {
  for (const language of LANGUAGES) {
    expect(Object.keys(TEXTS[language])).toEqual(Object.keys(TEXTS.en));
    expect(Object.values(TEXTS[language]).every((text) => text.trim() !== '')).toBe(true);
  }
});

test('the page names only texts that exist', () => {
  const html = readFileSync(new URL('../index.html', import.meta.url), 'utf8');
  const names = [...html.matchAll(/data-(?:text|name)="(\w+)"/g)].map((match) => match[1]);
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) expect(TEXTS.en).toHaveProperty(name ?? '');
});

test('the page holds no inline script or style', () => {
  const html = readFileSync(new URL('../index.html', import.meta.url), 'utf8');
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
});

test('the first known language of the browser', () => {
  expect(preferredLanguage(['fr', 'pt-BR', 'en'])).toBe('pt');
  expect(preferredLanguage(['EN-GB'])).toBe('en');
  expect(preferredLanguage([])).toBe('en');
});

test('dates as exact as they are known', () => {
  expect(dateInWords('2026', 'pt')).toBe('2026');
  expect(dateInWords('2026-03', 'en')).toBe('March 2026');
  expect(dateInWords('2026-03', 'pt')).toBe('março de 2026');
  expect(dateInWords('2026-03-09', 'en')).toBe('9 March 2026');
  expect(dateInWords('soon', 'en')).toBe('soon');
});

test('lists in a reply', () => {
  expect(blocksOf('It is free.\nReally.\n\nYou need:\n- a phone\n- a card\n\n1. Go\n2. Ask\n\n3) Wait\n\n3.5 euros')).toEqual([
    { kind: 'paragraph', lines: ['It is free.', 'Really.'] },
    { kind: 'paragraph', lines: ['You need:'] },
    { kind: 'bullets', lines: ['a phone', 'a card'] },
    { kind: 'steps', lines: ['Go', 'Ask'], start: 1 },
    { kind: 'steps', lines: ['Wait'], start: 3 },
    { kind: 'paragraph', lines: ['3.5 euros'] },
  ]);
});
