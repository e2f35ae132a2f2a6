import * as fc from 'fast-check';
import { DEFAULT_CONFIG } from '../../shared/contracts/config/defaults';

const PATHS = pathsOf(DEFAULT_CONFIG, []);

function pathsOf(value: unknown, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

/** Values that no setting has asked for. */
const nonsense = fc.oneof(
  fc.anything({ withNullPrototype: true, withBigInt: true, maxDepth: 3 }),
  fc.constantFrom(
    -1,
    0,
    1e308,
    NaN,
    Infinity,
    -0,
    '',
    ' ',
    '../../etc/passwd',
    '__proto__',
    'constructor',
    'a'.repeat(5_000),
  ),
  fc.constantFrom<unknown>([], {}, [[]], null, true, 'yes', '20', new Date(0), Symbol.iterator, () => 1),
);

/** A configuration in which one to three settings are nonsense, misspelt, or elsewhere; now and then not even an object. */
export const malformedConfig: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.array(fc.tuple(fc.constantFrom(...PATHS), nonsense), { minLength: 1, maxLength: 3 }).map(built),
  },
  { weight: 1, arbitrary: fc.dictionary(fc.string(), nonsense, { maxKeys: 4 }) },
  { weight: 1, arbitrary: nonsense },
);

function built(changes: readonly (readonly [readonly string[], unknown])[]): unknown {
  return changes.reduce<unknown>((whole, [path, value]) => placed(whole, path, value), {});
}

function placed(whole: unknown, path: readonly string[], value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  const object = typeof whole === 'object' && whole !== null ? (whole as Record<string, unknown>) : {};
  return { ...object, [first]: placed(object[first], rest, value) };
}
