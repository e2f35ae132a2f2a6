import { readFloats, writeFloats } from '../../../domain/core/float-bytes';

const NUMBERS = Float32Array.of(-0, 1 / 3, 1e-45, Infinity, -7);

/** A Buffer from a file may lie anywhere in a larger one, and its `slice` is a view. */
const KINDS: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array])[] = [
  ['bytes of their own', (bytes) => bytes],
  ['a view', (bytes) => Uint8Array.of(9, 9, 9, ...bytes).subarray(3)],
  ['a Buffer', (bytes) => Buffer.from(bytes)],
  ['a Buffer out of a pool', (bytes) => Buffer.concat([Buffer.from([9, 9, 9]), bytes]).subarray(3)],
];

it.each(KINDS)('floats come back bit for bit from the middle of %s, and share nothing with it', (_name, kind) => {
  const out = new Uint8Array(8 + NUMBERS.byteLength);
  writeFloats(NUMBERS, out, 8);
  const bytes = kind(out);
  const back = readFloats(bytes, 8, NUMBERS.length);
  expect(back).toEqual(NUMBERS);
  bytes.fill(0);
  expect(back).toEqual(NUMBERS);
});

it('floats that are not there are refused', () => {
  expect(() => readFloats(new Uint8Array(12), 8, 2)).toThrow(RangeError);
});
