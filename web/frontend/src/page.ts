/** The page: its elements, and what they show. */

import type { View } from './assistant.ts';
import { Log } from './log.ts';
import { TalkButton, type TalkMode } from './talk-button.ts';
import { TEXTS, type Language, type TextKey } from './texts.ts';

export interface PageHandlers {
  /** False if the question could not be sent: it then stays in the field. */
  ask: (text: string) => boolean;
  startTalk: () => void;
  sendTalk: () => void;
  stop: () => void;
  language: (language: Language) => void;
  aloud: (aloud: boolean) => void;
  retry: () => void;
}

const HINTS: Record<TalkMode, TextKey> = { idle: 'talk_hint', held: 'talk_hold', latched: 'talk_tap' };

export class Page {
  #language: Language | null = null;
  #mode: TalkMode = 'idle';
  readonly #log: Log;
  readonly #talk: TalkButton;
  readonly #field = byId<HTMLInputElement>('question');
  readonly #talkButton = byId<HTMLButtonElement>('talk');
  readonly #stop = byId<HTMLButtonElement>('stop');
  readonly #send = byId<HTMLButtonElement>('send');
  readonly #aloud = byId<HTMLInputElement>('aloud');
  readonly #languages = [...document.querySelectorAll<HTMLButtonElement>('[data-language]')];

  constructor(on: PageHandlers) {
    this.#log = new Log(byId('log'), byId('draft'), (option) => on.ask(option.question));
    this.#talk = new TalkButton(this.#talkButton, {
      start: on.startTalk,
      send: on.sendTalk,
      mode: (mode) => this.#showMode(mode),
    });
    byId('ask').addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.#field.value.trim();
      if (text && on.ask(text)) this.#field.value = '';
    });
    this.#stop.addEventListener('click', () => {
      if (this.#stop.ariaDisabled !== 'true') on.stop();
    });
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') on.stop();
    });
    this.#aloud.addEventListener('change', () => on.aloud(this.#aloud.checked));
    byId('retry').addEventListener('click', on.retry);
    for (const button of this.#languages) {
      button.addEventListener('click', () => on.language(button.dataset.language as Language));
    }
    keepFocusVisible(byId('composer'));
  }

  show(view: View): void {
    if (view.language !== this.#language) this.#translate(view.language);
    const texts = TEXTS[view.language];
    setText('status', texts[`status_${view.status}`]);
    setText('problem', view.problem ? texts[`problem_${view.problem}`] : '');
    byId('problem').dataset.kind = view.problem === 'mic_ready' ? 'advice' : 'fault';
    byId('retry').hidden = view.status !== 'reconnecting' && view.status !== 'busy';
    byId('welcome').hidden = view.conversation.length > 0;
    byId('thinking').hidden = view.status !== 'thinking';
    this.#aloud.checked = view.aloud;
    // Not `disabled`: that would throw the keyboard's focus away under the citizen's fingers.
    this.#stop.ariaDisabled = String(!view.busy);
    const offline = ['connecting', 'reconnecting', 'busy'].includes(view.status);
    this.#send.ariaDisabled = this.#talkButton.ariaDisabled = String(offline);
    this.#log.show(view.conversation);
    this.#mirror(view);
  }

  level(level: number): void {
    // The ear hears levels as the logarithm: the root makes quiet speech visible.
    this.#talkButton.style.setProperty('--level', Math.sqrt(level).toFixed(3));
  }

  talkEnded(): void {
    this.#talk.reset();
  }

  #translate(language: Language): void {
    this.#language = language;
    const texts = TEXTS[language];
    document.documentElement.lang = language;
    document.title = texts.title;
    for (const place of document.querySelectorAll<HTMLElement>('[data-text]')) {
      place.textContent = texts[place.dataset.text as TextKey];
    }
    for (const place of document.querySelectorAll<HTMLElement>('[data-name]')) {
      place.ariaLabel = texts[place.dataset.name as TextKey];
    }
    this.#field.placeholder = texts.placeholder;
    for (const button of this.#languages) button.ariaPressed = String(button.dataset.language === language);
    this.#showMode(this.#mode);
  }

  #showMode(mode: TalkMode): void {
    this.#mode = mode;
    this.#talkButton.ariaPressed = String(mode !== 'idle');
    if (this.#language) setText('talk-hint', TEXTS[this.#language][HINTS[mode]]);
  }

  /** For tests: the state as data attributes of the document. Nothing reads them back. */
  #mirror(view: View): void {
    const last = view.conversation.at(-1);
    Object.assign(document.documentElement.dataset, {
      status: view.status,
      problem: view.problem ?? '',
      turns: view.conversation.length,
      ending: last?.ending ?? '',
      asked: last?.asked ?? '',
      unheard: last?.unheard ?? false,
      outcome: last?.answer?.outcome ?? '',
      entry: last?.answer?.entryId ?? '',
      playback: view.playing ? 'playing' : 'idle',
      playedMs: view.playedMs,
    });
  }
}

/** The bar at the bottom must not lie over what has the focus. */
function keepFocusVisible(bar: HTMLElement): void {
  new ResizeObserver(() => {
    const covered = getComputedStyle(bar).position === 'sticky' ? bar.offsetHeight : 0;
    document.documentElement.style.setProperty('--covered', `${covered}px`);
  }).observe(bar);
}

/** Live regions speak when they are written to, even if the words stay the same. */
function setText(id: string, text: string): void {
  const place = byId(id);
  if (place.textContent !== text) place.textContent = text;
}

function byId<Kind extends HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as Kind;
}
