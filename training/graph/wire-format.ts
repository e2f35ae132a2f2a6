/** Protocol Buffers' wire format, as far as a graph needs it: a message is its fields' bytes, one after the other. */
export type Message = readonly Uint8Array[];

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** A whole number, at most 2^53 in size; negative ones as 64-bit two's complement. */
export function intField(field: number, value: number): Message {
  return [key(field, VARINT), varint(BigInt.asUintN(64, BigInt(value)))];
}

export function boolField(field: number, value: boolean): Message {
  return intField(field, value ? 1 : 0);
}

export function floatField(field: number, value: number): Message {
  return [key(field, FIXED_32), floatBytes(value)];
}

export function bytesField(field: number, bytes: Uint8Array): Message {
  return [key(field, LENGTH_DELIMITED), varint(BigInt(bytes.length)), bytes];
}

export function textField(field: number, text: string): Message {
  return bytesField(field, new TextEncoder().encode(text));
}

export function messageField(field: number, message: Message): Message {
  const length = message.reduce((sum, bytes) => sum + bytes.length, 0);
  return [key(field, LENGTH_DELIMITED), varint(BigInt(length)), ...message];
}

/** Many whole numbers in one field. */
export function packedIntsField(field: number, values: readonly number[]): Message {
  return messageField(
    field,
    values.map((value) => varint(BigInt.asUintN(64, BigInt(value)))),
  );
}

export function packedFloatsField(field: number, values: readonly number[]): Message {
  return messageField(field, values.map(floatBytes));
}

const key = (field: number, wireType: number): Uint8Array => varint(BigInt(field * 8 + wireType));

function floatBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return bytes;
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
