import { expect, test } from 'vitest';
import { readAnswer, readEvent, sessionUpdate } from '../src/protocol.ts';

const read = (wire: unknown) => readEvent(JSON.stringify(wire));

test('the session asks for text alone when answers are not read aloud', () => {
  expect(sessionUpdate('pt', true)).toMatchObject({
    session: { type: 'realtime', output_modalities: ['audio'], audio: { input: { turn_detection: null, transcription: { language: 'pt' } } } },
  });
  expect(sessionUpdate('pt', false)).toMatchObject({ session: { output_modalities: ['text'] } });
});

test.each([
  ['', null],
  ['{', null],
  ['[]', null],
  ['null', null],
  ['{"type":"rate_limits.updated"}', null],
  ['{"type":"response.output_audio.delta","delta":"%%%"}', null],
])('%s is ignored', (data, event) => {
  expect(readEvent(data)).toBe(event);
});

test('binary messages are ignored', () => {
  expect(readEvent(new ArrayBuffer(2))).toBeNull();
});

test('audio arrives as samples', () => {
  const delta = { type: 'response.output_audio.delta', response_id: 'r', item_id: 'i', output_index: 0, content_index: 0, delta: 'AQACAA==' };
  expect(read(delta)).toEqual({ kind: 'audio_delta', responseId: 'r', itemId: 'i', pcm: new Int16Array([1, 2]) });
});

test('speech and text replies read the same', () => {
  const spoken = { type: 'response.output_audio_transcript.delta', response_id: 'r', delta: 'Yes' };
  const written = { type: 'response.output_text.delta', response_id: 'r', delta: 'Yes' };
  expect(read(spoken)).toEqual(read(written));
});

test('an empty buffer means that nothing was heard', () => {
  expect(read({ type: 'error', error: { code: 'input_audio_buffer_commit_empty', message: 'empty' } })).toEqual({
    kind: 'not_heard',
    inputId: null,
  });
});

test('a finished item carries its text and answer', () => {
  const item = {
    id: 'i',
    type: 'message',
    content: [{ type: 'output_audio', transcript: 'It is free.' }],
    portal: {
      outcome: 'faq',
      entry_id: 'cmd-cost',
      confidence: 0.9,
      language: 'en',
      sources: [{ title: 'Portal', url: 'https://example.org' }],
      as_of: '2026',
      options: [],
    },
  };
  expect(read({ type: 'response.output_item.done', response_id: 'r', item })).toEqual({
    kind: 'item_done',
    responseId: 'r',
    text: 'It is free.',
    answer: {
      shown: '',
      outcome: 'faq',
      entryId: 'cmd-cost',
      language: 'en',
      sources: [{ title: 'Portal', url: 'https://example.org' }],
      asOf: '2026',
      options: [],
    },
  });
});

test('an answer is taken with care', () => {
  expect(readAnswer(undefined)).toBeNull();
  expect(
    readAnswer({
      outcome: 'new',
      as_of: 7,
      sources: [{ title: 'x', url: 'javascript:alert(1)' }, { url: 'https://a.example' }, null],
      options: [{ entry_id: 'a' }, { entry_id: 'b', question: 'B?' }],
    }),
  ).toEqual({
    shown: '',
    outcome: null,
    entryId: null,
    language: null,
    sources: [{ title: 'https://a.example', url: 'https://a.example' }],
    asOf: null,
    options: [{ entryId: 'b', question: 'B?' }],
  });
});

test('a failed response says why', () => {
  const response = { id: 'r', status: 'failed', status_details: { type: 'failed', error: { code: 'busy', message: 'Full.' } } };
  expect(read({ type: 'response.done', response })).toEqual({ kind: 'response_done', responseId: 'r', status: 'failed', message: 'Full.' });
});
