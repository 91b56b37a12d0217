/** The turns so far, as a pure function of what happened. Knows no socket, no sound and no page. */

import { turnPrefix, type Answer, type ServerEvent } from './protocol.ts';
import type { Language } from './texts.ts';

export interface Turn {
  id: number;
  /** The page's language when it was asked. */
  language: Language;
  by: 'typed' | 'spoken';
  /** What was typed, or heard; null while it is not known. */
  asked: string | null;
  /** Whether the assistant made nothing of what was said. */
  unheard: boolean;
  /** The server's name for the utterance. */
  inputId: string | null;
  responseId: string | null;
  /** Null while it goes on. */
  ending: 'complete' | 'stopped' | 'failed' | 'lost' | null;
  reply: string;
  answer: Answer | null;
  /** Why it failed, in the server's words. */
  message: string;
}

export type Conversation = readonly Turn[];

export type Happening =
  | { kind: 'asked'; turn: number; language: Language; text: string }
  | { kind: 'spoke'; turn: number; language: Language }
  | { kind: 'stopped' }
  | { kind: 'lost' }
  | { kind: 'unanswered' }
  | ServerEvent;

/** Answers to a stop that came too late, also where a server does not give our event id back. */
const HARMLESS = new Set(['response_cancel_not_active', 'item_truncate_invalid_item_id']);

/** Whether an error says something went wrong that no turn shows. */
export function isStray(conversation: Conversation, event: ServerEvent & { kind: 'error' }): boolean {
  return !HARMLESS.has(event.code) && event.eventId === null && conversation.at(-1)?.ending !== null;
}

export function reduce(conversation: Conversation, event: Happening): Conversation {
  switch (event.kind) {
    case 'asked':
      return [...stopLast(conversation), newTurn(event.turn, event.language, 'typed', event.text)];
    case 'spoke':
      return [...stopLast(conversation), newTurn(event.turn, event.language, 'spoken', null)];
    case 'stopped':
      return stopLast(conversation);
    case 'lost':
      return changeLast(conversation, (turn) => turn.ending === null, () => ({ ending: 'lost' }));

    case 'committed':
      return changeLast(conversation, (turn) => turn.by === 'spoken' && turn.inputId === null, () => ({
        inputId: event.inputId,
      }));
    case 'heard':
      return changeLast(conversation, (turn) => said(turn, event.inputId), () =>
        event.text ? { asked: event.text } : { unheard: true },
      );
    case 'not_heard':
      // Not the end: a server may answer with words of its own, such as "please say it again".
      return changeLast(conversation, (turn) => said(turn, event.inputId), () => ({ unheard: true }));
    case 'unanswered':
      return changeLast(conversation, (turn) => turn.ending === null && turn.unheard && turn.responseId === null, () => ({
        ending: 'complete',
      }));

    case 'response_created':
      return changeLast(conversation, (turn) => turn.responseId === null, () => ({ responseId: event.responseId }));
    case 'item_added':
      return changeLast(conversation, replying(event), (turn) => answered(turn, event.answer, ''));
    case 'reply_delta':
      return changeLast(conversation, writing(event), (turn) => ({ reply: turn.reply + event.text }));
    case 'reply_done':
      return changeLast(conversation, writing(event), (turn) => ({ reply: event.text || turn.reply }));
    case 'item_done':
      return changeLast(conversation, replying(event), (turn) => answered(turn, event.answer, event.text));
    case 'response_done':
      return changeLast(conversation, replying(event), (turn) => ended(turn, event.status, event.message));

    case 'error': {
      if (HARMLESS.has(event.code)) return conversation;
      const mine = (turn: Turn) => event.eventId === null || event.eventId.startsWith(turnPrefix(turn.id));
      // Once the response runs, its own end tells how it went.
      return changeLast(conversation, (turn) => turn.ending === null && turn.responseId === null && mine(turn), (turn) =>
        ended(turn, 'failed', event.message),
      );
    }

    default:
      return conversation;
  }
}

function newTurn(id: number, language: Language, by: Turn['by'], asked: string | null): Turn {
  const empty = { unheard: false, inputId: null, responseId: null, ending: null, reply: '', answer: null, message: '' };
  return { id, language, by, asked, ...empty };
}

const said = (turn: Turn, inputId: string | null) =>
  turn.by === 'spoken' && turn.asked === null && (inputId === null || turn.inputId === null || turn.inputId === inputId);

const replying = (event: { responseId: string }) => (turn: Turn) =>
  turn.responseId === event.responseId && turn.ending === null;

/** As long as the whole text has not come at once: then what is said of it adds nothing. */
const writing = (event: { responseId: string }) => (turn: Turn) => replying(event)(turn) && !turn.answer?.shown;

function answered(turn: Turn, answer: Answer | null, said: string): Partial<Turn> {
  const known = answer ?? turn.answer;
  return { answer: known, reply: known?.shown || said || turn.reply };
}

function ended(turn: Turn, status: string, message: string): Partial<Turn> {
  if (status === 'cancelled') return { ending: 'stopped' };
  if (turn.answer?.shown) return { ending: 'complete' }; // only the voice can have failed
  // The citizen knows already that nothing was heard: a failure after that is the same news.
  if ((status === 'completed' && turn.reply) || turn.unheard) return { ending: 'complete' };
  return { ending: 'failed', message };
}

function stopLast(conversation: Conversation): Conversation {
  return changeLast(conversation, (turn) => turn.ending === null, () => ({ ending: 'stopped' }));
}

/** Only the newest turn ever changes: what arrives for an older one comes too late to matter. */
function changeLast(
  conversation: Conversation,
  which: (turn: Turn) => boolean,
  change: (turn: Turn) => Partial<Turn>,
): Conversation {
  const turn = conversation.at(-1);
  if (!turn || !which(turn)) return conversation;
  return [...conversation.slice(0, -1), { ...turn, ...change(turn) }];
}
