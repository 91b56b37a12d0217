import { openAudio } from './audio.ts';
import type { CaptureCommand, CaptureReport } from './capture-worklet.ts';
import type { Frame } from './framer.ts';

export type MicrophoneFault = 'mic_denied' | 'mic_missing' | 'mic_insecure' | 'mic_failed';

/** After a talk the device stays open this long, so that a quick second question does not lose its first word. */
const KEEP_OPEN_MS = 15_000;
/** The audio thread answers in some milliseconds; a device that was pulled out never does. */
const STOP_TIMEOUT_MS = 300;

/** What `open` threw, in our words. */
export function faultOf(error: unknown): MicrophoneFault {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError') return 'mic_denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'mic_missing';
  if (name === 'SecurityError') return 'mic_insecure';
  return 'mic_failed';
}

export class Microphone {
  #stream: MediaStream | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  #node: AudioWorkletNode | null = null;
  #closing: ReturnType<typeof setTimeout> | undefined;
  #onFrame: ((frame: Frame) => void) | null = null;
  #onStopped: (() => void) | null = null;
  readonly #onEnded: () => void;

  /** `onEnded`: the device went away, or the permission was taken back. */
  constructor(onEnded: () => void) {
    this.#onEnded = onEnded;
  }

  get isOpen(): boolean {
    return this.#stream !== null;
  }

  /** Asks for permission if need be. Call it inside a click or a key press. */
  async open(): Promise<void> {
    clearTimeout(this.#closing);
    const opening = openAudio();
    opening.catch(() => undefined); // awaited below, after the question for permission
    if (this.#stream) return void (await opening);
    // Outside https and localhost browsers hide the devices altogether.
    if (!navigator.mediaDevices) throw new DOMException('no secure context', 'SecurityError');
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
    try {
      const context = await opening;
      this.#node ??= this.#capture(context);
      this.#source = context.createMediaStreamSource(stream);
      this.#source.connect(this.#node);
    } catch (error) {
      for (const track of stream.getTracks()) track.stop();
      throw error;
    }
    this.#stream = stream;
    stream.getAudioTracks()[0]?.addEventListener('ended', () => {
      this.close();
      this.#onEnded();
    });
  }

  start(onFrame: (frame: Frame) => void): void {
    this.#onFrame = onFrame;
    this.#command('start');
  }

  /** Resolves when the last frame has been given out. */
  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, STOP_TIMEOUT_MS);
      this.#onStopped = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#command('stop');
    });
    this.#onFrame = null;
    this.keep();
  }

  /** Leaves the device open for a little while; then its light goes out. */
  keep(): void {
    clearTimeout(this.#closing);
    this.#closing = setTimeout(() => this.close(), KEEP_OPEN_MS);
  }

  close(): void {
    clearTimeout(this.#closing);
    this.#source?.disconnect();
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#source = null;
    this.#stream = null;
  }

  #capture(context: AudioContext): AudioWorkletNode {
    const node = new AudioWorkletNode(context, 'capture', {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: 'explicit', // a stereo device is mixed down
    });
    node.port.onmessage = ({ data }: MessageEvent<CaptureReport>) => {
      if (data) return this.#onFrame?.(data);
      this.#onStopped?.();
      this.#onStopped = null;
    };
    return node;
  }

  #command(command: CaptureCommand): void {
    this.#node?.port.postMessage(command);
  }
}
