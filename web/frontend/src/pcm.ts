/** The protocol's audio: PCM16, little-endian, mono. Browsers run on little-endian machines only, so typed arrays fit. */

export const RATE = 24_000;

/** btoa takes a string, and a spread of a long array overflows the call stack: so go in pieces. */
const PIECE = 0x2000;

export function toBase64(samples: Int16Array): string {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  let binary = '';
  for (let at = 0; at < bytes.length; at += PIECE) {
    binary += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return btoa(binary);
}

/** An odd last byte is half a sample and is dropped. */
export function fromBase64(text: string): Int16Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length - (binary.length % 2));
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return new Int16Array(bytes.buffer);
}

/** A sample in [-1, 1] as PCM16. Automatic gain can push peaks over 1: clip them, a wrapped sample is a loud click. */
export function toPcm16(sample: number): number {
  const clipped = Math.max(-1, Math.min(1, sample));
  return Math.round(clipped < 0 ? clipped * 0x8000 : clipped * 0x7fff);
}

export function toMs(samples: number): number {
  return Math.floor((samples / RATE) * 1000);
}
