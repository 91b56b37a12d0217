import { Assistant } from './assistant.ts';
import { Page } from './page.ts';
import { preferredLanguage } from './texts.ts';

const assistant: Assistant = new Assistant(preferredLanguage(navigator.languages), {
  view: (view) => page.show(view),
  level: (level) => page.level(level),
  talkEnded: () => page.talkEnded(),
});

const page = new Page({
  ask: (text) => assistant.ask(text),
  startTalk: () => assistant.startTalk(),
  sendTalk: () => void assistant.sendTalk(),
  stop: () => assistant.stop(),
  language: (language) => assistant.setLanguage(language),
  aloud: (aloud) => assistant.setAloud(aloud),
  retry: () => assistant.reconnect(),
});

// The network is back: do not sit out the wait.
window.addEventListener('online', () => assistant.reconnect());

assistant.start();
