/** The conversation as the page shows it. */

import type { Conversation, Turn } from './conversation.ts';
import type { Answer, Option } from './protocol.ts';
import { blocksOf } from './reply-text.ts';
import { dateInWords, TEXTS, type Language, type TextKey } from './texts.ts';

/**
 * A turn is written in the language in which it was had, and stays so. Each part is added once, when it is complete:
 * a screen reader that followed the letters as they come would read the reply again and again.
 */
export class Log {
  #shown = new Map<number, { article: HTMLElement; asked: boolean; replied: boolean }>();
  readonly #root: HTMLElement;
  readonly #draft: HTMLElement;
  readonly #onOption: (option: Option) => void;

  /** `draft` shows the reply while it grows; it lies outside the live region. */
  constructor(root: HTMLElement, draft: HTMLElement, onOption: (option: Option) => void) {
    this.#root = root;
    this.#draft = draft;
    this.#onOption = onOption;
  }

  show(conversation: Conversation): void {
    for (const turn of conversation) this.#showTurn(turn);
    const last = conversation.at(-1);
    const growing = last && last.ending === null && !last.answer?.shown ? last.reply : '';
    if (this.#draft.textContent === growing) return;
    this.#draft.textContent = growing;
    // Follow it while all of it fits on the screen: nobody should have to read a text that runs away.
    if (growing && this.#draft.offsetHeight < window.innerHeight / 2) this.#draft.scrollIntoView({ block: 'nearest' });
  }

  #showTurn(turn: Turn): void {
    const shown = this.#shown.get(turn.id) ?? { article: element('div', 'turn'), asked: false, replied: false };
    if (!this.#shown.has(turn.id)) {
      shown.article.lang = turn.language;
      this.#shown.set(turn.id, shown);
    }
    if (turn.asked !== null && !shown.asked) {
      shown.asked = true;
      this.#append(shown.article, question(turn));
    }
    // The whole text may be there before a word of it is spoken.
    if ((turn.answer?.shown || turn.ending !== null) && !shown.replied) {
      const part = this.#reply(turn);
      shown.replied = true;
      if (part) this.#append(shown.article, part);
    }
  }

  #append(article: HTMLElement, part: HTMLElement): void {
    article.append(part);
    if (!article.isConnected) this.#root.append(article);
    part.scrollIntoView({ block: 'nearest' });
  }

  #reply(turn: Turn): HTMLElement | null {
    const texts = TEXTS[turn.language];
    const note = noteOf(turn);
    if (!turn.reply && !note) return null;
    const part = element('div', 'reply');
    const outcome = turn.reply ? turn.answer?.outcome ?? null : null;
    part.dataset.outcome = outcome ?? 'none';
    const label: TextKey = outcome ? `outcome_${outcome}` : 'assistant';
    part.append(element('p', 'label', texts[label]));
    if (turn.reply) part.append(replyText(turn.reply, turn.answer?.language ?? turn.language));
    if (turn.answer) part.append(...this.#extras(turn.answer, turn.language));
    if (note) {
      part.append(element('p', `note ${note}`, texts[note]));
      if (turn.ending === 'failed' && turn.message) part.append(element('p', 'detail', turn.message));
    }
    return part;
  }

  #extras(answer: Answer, language: Language): HTMLElement[] {
    const extras: HTMLElement[] = [];
    if (answer.options.length > 0) extras.push(this.#options(answer.options, answer.language ?? language));
    if (answer.sources.length > 0) extras.push(sources(answer, language));
    return extras;
  }

  #options(options: Option[], language: string): HTMLElement {
    const list = element('ul', 'options');
    list.lang = language;
    for (const option of options) {
      const button = element('button', 'option', option.question);
      button.type = 'button';
      button.addEventListener('click', () => this.#onOption(option));
      const item = element('li');
      item.append(button);
      list.append(item);
    }
    return list;
  }
}

function question(turn: Turn): HTMLElement {
  const part = element('div', 'asked');
  const asked = element('p', 'words', turn.asked ?? '');
  asked.dir = 'auto';
  part.append(element('p', 'label', TEXTS[turn.language][turn.by === 'spoken' ? 'you_said' : 'you_asked']), asked);
  return part;
}

/** What to add to, or say instead of, the reply. */
function noteOf(turn: Turn): TextKey | null {
  if (turn.answer?.shown) return null; // nothing is missing from it
  if (turn.ending === 'failed') return 'failed';
  if (turn.ending === 'lost') return 'lost';
  if (turn.ending === 'stopped') return 'stopped';
  return turn.unheard && !turn.reply ? 'unheard' : null;
}

function replyText(text: string, language: string): HTMLElement {
  const words = element('div', 'words');
  words.lang = language;
  words.dir = 'auto';
  for (const block of blocksOf(text)) {
    if (block.kind === 'paragraph') {
      words.append(element('p', '', block.lines.join('\n')));
      continue;
    }
    const list = element(block.kind === 'steps' ? 'ol' : 'ul');
    // A blank line between two steps does not begin to count again.
    if (list instanceof HTMLOListElement) list.start = block.start ?? 1;
    for (const line of block.lines) list.append(element('li', '', line));
    words.append(list);
  }
  return words;
}

function sources(answer: Answer, language: Language): HTMLElement {
  const texts = TEXTS[language];
  const part = element('div', 'sources');
  const head = element('p', 'head', texts.sources);
  if (answer.asOf) head.append(` · ${texts.facts_as_of.replace('{date}', dateInWords(answer.asOf, language))}`);
  const list = element('ul');
  for (const { title, url } of answer.sources) {
    const link = element('a', '', title);
    link.href = url;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    link.append(element('span', 'hidden', ` (${texts.new_tab})`));
    const item = element('li');
    item.append(link);
    list.append(item);
  }
  part.append(head, list);
  return part;
}

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  name = '',
  text = '',
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  return made;
}
