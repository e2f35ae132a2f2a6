import * as fc from 'fast-check';

/** One way to spoil bytes. */
type Damage =
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'turn'; readonly at: number; readonly bit: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number }
  | { readonly kind: 'drop'; readonly at: number; readonly length: number };

const share = fc.double({ min: 0, max: 1, noNaN: true });

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: share }),
  fc.record({ kind: fc.constant('turn' as const), at: share, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('insert' as const), at: share, bytes: nasty() }),
  fc.record({ kind: fc.constant('repeat' as const), at: share, length: fc.nat(200) }),
  fc.record({ kind: fc.constant('drop' as const), at: share, length: fc.nat(200) }),
);

/** Bytes of a sound file with one to four damages; now and then no file at all. */
export function damagedBytes(sound: Uint8Array): fc.Arbitrary<Uint8Array> {
  const several = fc.array(damage, { minLength: 1, maxLength: 4 });
  return fc.oneof(
    { weight: 9, arbitrary: several.map((list) => list.reduce(apply, sound)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  );
}

/** What breaks parsers: text where numbers stand, zero bytes, other encodings, separators, quotes, huge numbers. */
function nasty(): fc.Arbitrary<Uint8Array> {
  const words = [
    'NaN',
    '-',
    '"',
    '""',
    '\u0000',
    '\r',
    '\n\n',
    ';',
    '\t',
    '1e999',
    '-1e-999',
    '0x10',
    '٣',
    '<html>',
    '9'.repeat(400),
    '\ufeff',
    ',,,,',
    '2024-02-30',
    '{"a":',
    'null',
    '__proto__',
  ];
  return fc.oneof(
    fc.constantFrom(...words).map((word) => new TextEncoder().encode(word)),
    fc.uint8Array({ maxLength: 40 }),
  );
}

function apply(bytes: Uint8Array, one: Damage): Uint8Array {
  const at = Math.floor(one.at * bytes.length);
  switch (one.kind) {
    case 'cut':
      return bytes.slice(0, at);
    case 'turn':
      return bytes.map((byte, index) => (index === at ? byte ^ (1 << one.bit) : byte));
    case 'insert':
      return joined(bytes.subarray(0, at), one.bytes, bytes.subarray(at));
    case 'repeat':
      return joined(bytes.subarray(0, at + one.length), bytes.subarray(at));
    case 'drop':
      return joined(bytes.subarray(0, at), bytes.subarray(at + one.length));
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
