import type { Readable } from 'node:stream';

/** Keeps the last characters of a stream; the rest is let go, so that a talkative child costs nothing. */
export interface TailBuffer {
  read(): string;
}

export function keepTail(stream: Readable | null, limitBytes: number): TailBuffer {
  let kept = Buffer.alloc(0);
  stream?.on('data', (chunk: Buffer) => {
    const joined = Buffer.concat([kept, chunk]);
    kept = joined.subarray(Math.max(0, joined.length - limitBytes));
  });
  // A pipe that breaks while the child dies is part of its death, which is told elsewhere.
  stream?.on('error', () => undefined);
  return { read: () => kept.toString('utf8') };
}
