/**
 * The wire: OpenAI Realtime (GA), and what this page uses of it. Messages out are built here; messages in are checked
 * and turned into the page's own events, so that nothing else depends on the wire's shapes. Unknown ones are ignored.
 */

import { fromBase64, RATE } from './pcm.ts';

export const PATH = '/v1/realtime';

export interface Source {
  title: string;
  url: string;
}

export interface Option {
  entryId: string;
  question: string;
}

export const OUTCOMES = ['faq', 'clarify', 'grounded', 'social', 'abstain', 'handover', 'blocked'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What the server adds to a reply's text. */
export interface Answer {
  /** The text to read. What is said may be shorter: short sentences, no addresses. */
  shown: string;
  outcome: Outcome | null;
  entryId: string | null;
  /** BCP-47, of the reply; null if the server does not say. */
  language: string | null;
  sources: Source[];
  /** When the facts were true: YYYY, YYYY-MM or YYYY-MM-DD. */
  asOf: string | null;
  options: Option[];
}

export type ServerEvent =
  | { kind: 'session_created' }
  | { kind: 'committed'; inputId: string }
  | { kind: 'heard'; inputId: string; text: string }
  | { kind: 'not_heard'; inputId: string | null }
  | { kind: 'response_created'; responseId: string }
  | { kind: 'item_added'; responseId: string; answer: Answer | null }
  | { kind: 'reply_delta'; responseId: string; text: string }
  | { kind: 'reply_done'; responseId: string; text: string }
  | { kind: 'audio_delta'; responseId: string; itemId: string; pcm: Int16Array<ArrayBuffer> }
  | { kind: 'audio_done'; responseId: string; itemId: string }
  | { kind: 'item_done'; responseId: string; text: string; answer: Answer | null }
  | { kind: 'response_done'; responseId: string; status: string; message: string }
  | { kind: 'error'; code: string; message: string; eventId: string | null };

// Out ---------------------------------------------------------------------------------------------------------------

export type ClientEvent = { type: string; event_id?: string } & Record<string, unknown>;

export function sessionUpdate(language: string, aloud: boolean): ClientEvent {
  const format = { type: 'audio/pcm', rate: RATE };
  return {
    type: 'session.update',
    session: {
      type: 'realtime',
      output_modalities: [aloud ? 'audio' : 'text'],
      audio: {
        // The button says when an utterance begins and ends.
        input: { format, turn_detection: null, transcription: { model: 'whisper', language } },
        output: { format },
      },
      portal: { events: ['answer'] },
    },
  };
}

export function userMessage(text: string): ClientEvent {
  return {
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
  };
}

export const clearAudio = (): ClientEvent => ({ type: 'input_audio_buffer.clear' });
export const appendAudio = (base64: string): ClientEvent => ({ type: 'input_audio_buffer.append', audio: base64 });

/** An event id that says which turn it belongs to: errors give it back. */
export const commitAudio = (turn: number): ClientEvent => ({
  type: 'input_audio_buffer.commit',
  event_id: `${turnPrefix(turn)}commit`,
});
export const createResponse = (turn: number): ClientEvent => ({
  type: 'response.create',
  event_id: `${turnPrefix(turn)}response`,
});
export const turnPrefix = (turn: number): string => `turn_${turn}_`;

/** A stop may come too late, or after a reconnection: errors that carry this id are no news for the citizen. */
const STOP = 'stop';

export function cancelResponse(responseId: string | null): ClientEvent {
  const which = responseId ? { response_id: responseId } : {};
  return { type: 'response.cancel', event_id: STOP, ...which };
}

export function truncateItem(itemId: string, heardMs: number): ClientEvent {
  return { type: 'conversation.item.truncate', event_id: STOP, item_id: itemId, content_index: 0, audio_end_ms: heardMs };
}

// In ----------------------------------------------------------------------------------------------------------------

type Wire = Record<string, unknown>;

const isObject = (value: unknown): value is Wire =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const object = (value: unknown): Wire => (isObject(value) ? value : {});
const objects = (value: unknown): Wire[] => (Array.isArray(value) ? value.filter(isObject) : []);
const string = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A message of the server; null if it is broken, or not for us. */
export function readEvent(data: unknown): ServerEvent | null {
  let wire: Wire;
  try {
    wire = object(JSON.parse(string(data)));
  } catch {
    return null;
  }
  const responseId = string(wire.response_id);
  const itemId = string(wire.item_id);
  switch (wire.type) {
    case 'session.created':
      return { kind: 'session_created' };
    case 'input_audio_buffer.committed':
      return { kind: 'committed', inputId: itemId };
    case 'conversation.item.input_audio_transcription.completed':
      return { kind: 'heard', inputId: itemId, text: string(wire.transcript).trim() };
    case 'conversation.item.input_audio_transcription.failed':
      return { kind: 'not_heard', inputId: itemId };
    case 'response.created':
      return { kind: 'response_created', responseId: string(object(wire.response).id) };
    case 'response.output_audio_transcript.delta':
    case 'response.output_text.delta':
      return { kind: 'reply_delta', responseId, text: string(wire.delta) };
    case 'response.output_audio_transcript.done':
      return { kind: 'reply_done', responseId, text: string(wire.transcript) };
    case 'response.output_text.done':
      return { kind: 'reply_done', responseId, text: string(wire.text) };
    case 'response.output_audio.delta':
      try {
        return { kind: 'audio_delta', responseId, itemId, pcm: fromBase64(string(wire.delta)) };
      } catch {
        return null; // not base64: a gap in the sound is better than a broken page
      }
    case 'response.output_audio.done':
      return { kind: 'audio_done', responseId, itemId };
    case 'response.output_item.added':
    case 'response.output_item.done': {
      const item = object(wire.item);
      if (item.type !== 'message') return null;
      if (wire.type === 'response.output_item.added') {
        return { kind: 'item_added', responseId, answer: readAnswer(item.portal) };
      }
      const text = objects(item.content).map((part) => string(part.transcript) || string(part.text)).join('');
      return { kind: 'item_done', responseId, text, answer: readAnswer(item.portal) };
    }
    case 'response.done': {
      const response = object(wire.response);
      const message = string(object(object(response.status_details).error).message);
      return { kind: 'response_done', responseId: string(response.id), status: string(response.status), message };
    }
    case 'error': {
      const error = object(wire.error);
      const code = string(error.code);
      if (code === 'input_audio_buffer_commit_empty') return { kind: 'not_heard', inputId: null };
      return { kind: 'error', code, message: string(error.message), eventId: string(error.event_id) || null };
    }
    default:
      return null;
  }
}

/** `item.portal` as an answer; a server without the extension gives none. */
export function readAnswer(value: unknown): Answer | null {
  if (!isObject(value)) return null;
  return {
    shown: string(value.shown),
    outcome: OUTCOMES.find((outcome) => outcome === value.outcome) ?? null,
    entryId: string(value.entry_id) || null,
    language: string(value.language) || null,
    sources: objects(value.sources)
      .map((source) => ({ title: string(source.title) || string(source.url), url: string(source.url) }))
      .filter((source) => isWebAddress(source.url)),
    asOf: string(value.as_of) || null,
    options: objects(value.options)
      .map((option) => ({ entryId: string(option.entry_id), question: string(option.question) }))
      .filter((option) => option.question !== ''),
  };
}

/** Links come from content that people edit: a `javascript:` address must never become one. */
function isWebAddress(url: string): boolean {
  try {
    return ['https:', 'http:'].includes(new URL(url).protocol);
  } catch {
    return false;
  }
}
