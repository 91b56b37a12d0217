import captureUrl from './capture-worklet.ts?worker&url';
import playbackUrl from './playback-worklet.ts?worker&url';
import { RATE } from './pcm.ts';

let context: AudioContext | null = null;
let ready: Promise<AudioContext> | null = null;

/**
 * The page's one audio context, at the protocol's rate: Chromium resamples the microphone and the loudspeaker itself.
 * Call it inside a click or a key press the first time, for browsers keep a context silent that was made otherwise.
 */
export function openAudio(): Promise<AudioContext> {
  context ??= new AudioContext({ sampleRate: RATE, latencyHint: 'interactive' });
  const opened = context;
  // A tab in the background or a phone call may have put it to sleep.
  const awake = opened.state === 'running' ? Promise.resolve() : opened.resume();
  ready ??= Promise.all([opened.audioWorklet.addModule(captureUrl), opened.audioWorklet.addModule(playbackUrl)])
    .then(() => opened)
    .catch((error: unknown) => {
      ready = null; // a lost connection while loading must not silence the page for good
      throw error;
    });
  return Promise.all([ready, awake]).then(() => opened);
}
