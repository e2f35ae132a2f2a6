const HOST_IS_LITTLE = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Writes float32 numbers little-endian into `out` from `offset` on. */
export function writeFloats(values: Float32Array, out: Uint8Array, offset: number): void {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  out.set(HOST_IS_LITTLE ? bytes : swapWords(bytes), offset);
}

/** Reads `count` little-endian float32 numbers into an array of their own. */
export function readFloats(bytes: Uint8Array, offset: number, count: number): Float32Array {
  // Not `slice`: that of a Node Buffer, which files are read into, is a view and no copy.
  const own = new Uint8Array(bytes.subarray(offset, offset + count * 4));
  if (own.length !== count * 4) throw new RangeError(`${count} numbers do not fit into ${own.length} bytes.`);
  return new Float32Array((HOST_IS_LITTLE ? own : swapWords(own)).buffer, 0, count);
}

function swapWords(bytes: Uint8Array): Uint8Array {
  return bytes.map((_, i) => bytes[(i & ~3) + (3 - (i & 3))] ?? 0);
}
