/** All that the page says, in each of its languages. */

import type { ConnectionState } from './connection.ts';
import type { MicrophoneFault } from './microphone.ts';
import type { Outcome } from './protocol.ts';

export const LANGUAGES = ['en', 'pt'] as const;
export type Language = (typeof LANGUAGES)[number];

export type Status =
  | 'connecting' | 'ready' | 'opening' | 'listening' | 'thinking' | 'speaking' | 'reconnecting' | 'busy' | 'error';
export type Problem = MicrophoneFault | 'mic_ready' | 'mic_lost' | 'not_connected' | 'no_sound' | 'server';

export type TextKey =
  | 'title' | 'language' | 'notice_title' | 'notice' | 'log' | 'welcome_title' | 'welcome' | 'question' | 'placeholder' | 'send' | 'talk'
  | 'talk_hint' | 'talk_hold' | 'talk_tap' | 'stop' | 'aloud' | 'you_asked' | 'you_said' | 'assistant' | 'stopped'
  | 'failed' | 'lost' | 'unheard' | 'sources' | 'facts_as_of' | 'new_tab' | 'retry'
  | `outcome_${Outcome}` | `status_${Status}` | `problem_${Problem}`;

const en: Record<TextKey, string> = {
  title: 'Citizen portal assistant',
  language: 'Language',
  notice_title: 'You are talking to a machine.',
  notice: 'It can be wrong. Do not give personal data such as your PIN, codes or tax number.',
  log: 'Conversation',
  welcome_title: 'What would you like to know?',
  welcome: 'Type a question, or hold the button and speak. Answers come from texts that the portal’s team has approved.',
  question: 'Your question',
  placeholder: 'Type your question',
  send: 'Send',
  talk: 'Hold to talk',
  talk_hint: 'Hold the button while you speak, or tap it to start and again to send.',
  talk_hold: 'Release to send.',
  talk_tap: 'Tap again to send.',
  stop: 'Stop',
  aloud: 'Read answers aloud',
  you_asked: 'You asked',
  you_said: 'You said',
  assistant: 'Assistant',
  stopped: 'Stopped.',
  failed: 'Something went wrong on our side. Please try again.',
  lost: 'The connection was lost before the answer was complete. Please ask again.',
  unheard: 'I did not hear anything. Please hold the button and speak, or type your question.',
  sources: 'Sources',
  facts_as_of: 'Information from {date}',
  new_tab: 'opens in a new tab',
  retry: 'Try now',
  outcome_faq: 'Approved answer',
  outcome_clarify: 'Which one do you mean?',
  outcome_grounded: 'Written from approved texts',
  outcome_social: 'Assistant',
  outcome_abstain: 'No approved answer',
  outcome_handover: 'A person can help',
  outcome_blocked: 'I cannot help with this',
  status_connecting: 'Connecting…',
  status_ready: 'Ready',
  status_opening: 'Opening the microphone…',
  status_listening: 'Listening. Speak now.',
  status_thinking: 'Looking for the answer…',
  status_speaking: 'Speaking',
  status_reconnecting: 'Disconnected. Reconnecting…',
  status_busy: 'The service is very busy. Waiting to reconnect…',
  status_error: 'Something went wrong',
  problem_mic_denied:
    'The microphone is blocked. Allow it in the browser’s settings for this page, or type your question.',
  problem_mic_missing: 'No microphone was found. Connect one, or type your question.',
  problem_mic_insecure: 'The microphone works only over a secure connection (https). Please type your question.',
  problem_mic_failed: 'The microphone could not be started. Another program may be using it. You can type your question.',
  problem_mic_lost: 'The microphone was disconnected. Connect it again, or type your question.',
  problem_mic_ready: 'The microphone is ready. Hold the button and speak.',
  problem_not_connected: 'There is no connection at the moment. Please try again when the page is ready.',
  problem_no_sound: 'The sound could not be started. The answers are shown as text.',
  problem_server: 'The service reported an error. Please try again.',
};

const pt: Record<TextKey, string> = {
  title: 'Assistente do portal do cidadão',
  language: 'Língua',
  notice_title: 'Está a falar com uma máquina.',
  notice: 'Pode enganar-se. Não forneça dados pessoais, como o PIN, códigos ou o número de contribuinte.',
  log: 'Conversa',
  welcome_title: 'O que gostaria de saber?',
  welcome: 'Escreva uma pergunta, ou mantenha o botão premido e fale. As respostas vêm de textos aprovados pela equipa do portal.',
  question: 'A sua pergunta',
  placeholder: 'Escreva a sua pergunta',
  send: 'Enviar',
  talk: 'Premir para falar',
  talk_hint: 'Mantenha o botão premido enquanto fala, ou toque para começar e de novo para enviar.',
  talk_hold: 'Solte para enviar.',
  talk_tap: 'Toque de novo para enviar.',
  stop: 'Parar',
  aloud: 'Ler em voz alta',
  you_asked: 'Perguntou',
  you_said: 'Disse',
  assistant: 'Assistente',
  stopped: 'Interrompido.',
  failed: 'Algo correu mal do nosso lado. Tente de novo, por favor.',
  lost: 'A ligação perdeu-se antes de a resposta estar completa. Pergunte de novo, por favor.',
  unheard: 'Não ouvi nada. Mantenha o botão premido e fale, ou escreva a sua pergunta.',
  sources: 'Fontes',
  facts_as_of: 'Informação de {date}',
  new_tab: 'abre num novo separador',
  retry: 'Tentar agora',
  outcome_faq: 'Resposta aprovada',
  outcome_clarify: 'Qual destas pretende?',
  outcome_grounded: 'Escrita a partir de textos aprovados',
  outcome_social: 'Assistente',
  outcome_abstain: 'Sem resposta aprovada',
  outcome_handover: 'Uma pessoa pode ajudar',
  outcome_blocked: 'Não posso ajudar com isto',
  status_connecting: 'A ligar…',
  status_ready: 'Pronto',
  status_opening: 'A abrir o microfone…',
  status_listening: 'A ouvir. Pode falar.',
  status_thinking: 'À procura da resposta…',
  status_speaking: 'A falar',
  status_reconnecting: 'Sem ligação. A ligar de novo…',
  status_busy: 'O serviço está muito ocupado. A aguardar para ligar de novo…',
  status_error: 'Algo correu mal',
  problem_mic_denied: 'O microfone está bloqueado. Permita-o nas definições do navegador para esta página, ou escreva a sua pergunta.',
  problem_mic_missing: 'Não foi encontrado nenhum microfone. Ligue um, ou escreva a sua pergunta.',
  problem_mic_insecure: 'O microfone só funciona numa ligação segura (https). Escreva a sua pergunta, por favor.',
  problem_mic_failed: 'Não foi possível iniciar o microfone. Outro programa pode estar a usá-lo. Pode escrever a sua pergunta.',
  problem_mic_lost: 'O microfone foi desligado. Ligue-o de novo, ou escreva a sua pergunta.',
  problem_mic_ready: 'O microfone está pronto. Mantenha o botão premido e fale.',
  problem_not_connected: 'De momento não há ligação. Tente de novo quando a página estiver pronta.',
  problem_no_sound: 'Não foi possível iniciar o som. As respostas aparecem por escrito.',
  problem_server: 'O serviço comunicou um erro. Tente de novo, por favor.',
};

export const TEXTS: Record<Language, Record<TextKey, string>> = { en, pt };

/** The first of the browser's languages that the page has. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split('-')[0];
    const language = LANGUAGES.find((known) => known === primary);
    if (language) return language;
  }
  return 'en';
}

/** Europe's way to write dates. */
const DATES: Record<Language, string> = { en: 'en-GB', pt: 'pt-PT' };

/** YYYY, YYYY-MM or YYYY-MM-DD in words. */
export function dateInWords(date: string, language: Language): string {
  const parts = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?/.exec(date);
  if (!parts?.[2]) return date;
  const utc = new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3] ?? 1)));
  const day = parts[3] ? ({ day: 'numeric' } as const) : {};
  return new Intl.DateTimeFormat(DATES[language], { year: 'numeric', month: 'long', ...day, timeZone: 'UTC' }).format(utc);
}

/** What the status line says of a connection that is not open. */
export const OFFLINE: Record<Exclude<ConnectionState, 'open'>, Status> = {
  connecting: 'connecting',
  lost: 'reconnecting',
  busy: 'busy',
};
