import { expect, test } from 'vitest';
import { isStray, reduce, type Conversation, type Happening, type Turn } from '../src/conversation.ts';
import type { Answer } from '../src/protocol.ts';

const answer: Answer = { shown: '', outcome: 'faq', entryId: 'cmd-cost', language: 'en', sources: [], asOf: '2026', options: [] };
const asked: Happening = { kind: 'asked', turn: 1, language: 'en', text: 'What does it cost?' };
const spoke: Happening = { kind: 'spoke', turn: 1, language: 'en' };
const created: Happening = { kind: 'response_created', responseId: 'r1' };
const delta = (text: string, responseId = 'r1'): Happening => ({ kind: 'reply_delta', responseId, text });
const done = (status: string, message = ''): Happening => ({ kind: 'response_done', responseId: 'r1', status, message });

const run = (...happenings: Happening[]): Conversation => happenings.reduce(reduce, [] as Conversation);
const last = (...happenings: Happening[]): Turn | undefined => run(...happenings).at(-1);

test('a typed turn', () => {
  const item: Happening = { kind: 'item_done', responseId: 'r1', text: 'It is free.', answer };
  expect(last(asked, created, delta('It is '), delta('fr'))).toMatchObject({ reply: 'It is fr', ending: null });
  expect(last(asked, created, delta('It is '), item, done('completed'))).toMatchObject({
    by: 'typed',
    asked: 'What does it cost?',
    reply: 'It is free.',
    answer,
    ending: 'complete',
  });
});

test('the text to read stands from the start, whatever is said of it', () => {
  const added: Happening = { kind: 'item_added', responseId: 'r1', answer: { ...answer, shown: 'It is free.\n- Really' } };
  const said: Happening = { kind: 'item_done', responseId: 'r1', text: 'Free.', answer: null };
  expect(last(asked, created, added)).toMatchObject({ reply: 'It is free.\n- Really', ending: null });
  expect(last(asked, created, added, delta('Free.'), said, done('completed'))).toMatchObject({
    reply: 'It is free.\n- Really',
    ending: 'complete',
  });
  expect(last(asked, created, added, done('failed', 'no voice'))).toMatchObject({ ending: 'complete' });
});

test('a spoken turn is asked once it was heard', () => {
  const committed: Happening = { kind: 'committed', inputId: 'i1' };
  expect(last(spoke, committed)).toMatchObject({ asked: null, inputId: 'i1' });
  expect(last(spoke, committed, { kind: 'heard', inputId: 'i1', text: 'How much?' })).toMatchObject({ asked: 'How much?' });
  expect(last(spoke, committed, { kind: 'heard', inputId: 'other', text: 'How much?' })).toMatchObject({ asked: null });
});

test('the transcript may come after the reply began', () => {
  const turn = last(spoke, created, delta('Free'), { kind: 'heard', inputId: 'i1', text: 'How much?' });
  expect(turn).toMatchObject({ asked: 'How much?', reply: 'Free', ending: null });
});

test('nothing heard, and the server says no more', () => {
  const unheard: Happening = { kind: 'not_heard', inputId: null };
  expect(last(spoke, unheard)).toMatchObject({ unheard: true, ending: null });
  expect(last(spoke, unheard, { kind: 'unanswered' })).toMatchObject({ unheard: true, ending: 'complete' });
  expect(last(spoke, unheard, created, { kind: 'unanswered' })).toMatchObject({ ending: null });
  expect(last(spoke, { kind: 'heard', inputId: 'i1', text: '' })).toMatchObject({ unheard: true });
});

test('that nothing was heard is the news, not the failed response after it', () => {
  const unheard: Happening = { kind: 'not_heard', inputId: null };
  const refused: Happening = { kind: 'error', code: 'x', message: 'no input', eventId: 'turn_1_response' };
  expect(last(spoke, unheard, created, done('failed', 'no input'))).toMatchObject({ ending: 'complete', message: '' });
  expect(last(spoke, unheard, refused)).toMatchObject({ ending: 'complete', message: '' });
});

test('a server may answer what it did not understand', () => {
  const turn = last(spoke, { kind: 'not_heard', inputId: null }, created, delta('Please say it again.'), done('completed'));
  expect(turn).toMatchObject({ unheard: true, reply: 'Please say it again.', ending: 'complete' });
});

test('a failed response gives the reason; so does one without words', () => {
  expect(last(asked, created, done('failed', 'The service is full.'))).toMatchObject({ ending: 'failed', message: 'The service is full.' });
  expect(last(asked, created, done('completed'))).toMatchObject({ ending: 'failed' });
});

test('after a stop nothing more is written', () => {
  const turn = last(asked, created, delta('It is'), { kind: 'stopped' }, delta(' free'), done('cancelled'));
  expect(turn).toMatchObject({ reply: 'It is', ending: 'stopped' });
});

test('a stop before the response began holds', () => {
  expect(last(asked, { kind: 'stopped' }, created, delta('It'))).toMatchObject({ ending: 'stopped', reply: '' });
});

test('what belongs to an older response is dropped', () => {
  const again: Happening = { kind: 'asked', turn: 2, language: 'en', text: 'And in person?' };
  const turns = run(asked, created, delta('It is'), again, delta(' free'), done('cancelled'));
  expect(turns.map(({ ending, reply }) => [ending, reply])).toEqual([['stopped', 'It is'], [null, '']]);
});

test('a lost connection ends the turn that runs, and no other', () => {
  expect(last(asked, created, delta('It'), { kind: 'lost' })).toMatchObject({ ending: 'lost', reply: 'It' });
  expect(last(asked, created, delta('It'), done('completed'), { kind: 'lost' })).toMatchObject({ ending: 'complete' });
});

test('errors end the turn that they belong to', () => {
  const error = (eventId: string | null, code = 'x') => ({ kind: 'error', code, message: 'No.', eventId }) as const;
  expect(last(asked, error('turn_1_response'))).toMatchObject({ ending: 'failed', message: 'No.' });
  expect(last(asked, error(null))).toMatchObject({ ending: 'failed' });
  expect(last(asked, error('turn_10_response'))).toMatchObject({ ending: null });
  expect(last(asked, error(null, 'response_cancel_not_active'))).toMatchObject({ ending: null });
  expect(isStray(run(asked), error(null))).toBe(false);
  expect(isStray(run(asked, created, delta('It'), done('completed')), error(null))).toBe(true);
  expect(isStray([], error(null, 'response_cancel_not_active'))).toBe(false);
});

test('unchanged conversations stay the same object', () => {
  const turns = run(asked, created);
  expect(reduce(turns, delta('x', 'other'))).toBe(turns);
});
