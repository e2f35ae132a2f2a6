/** The bytes of a column, for a digest of it: little-endian, as every machine that this runs on holds them. */
export function columnBytes({ buffer, byteOffset, byteLength }: Float64Array | Int32Array | Int8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
