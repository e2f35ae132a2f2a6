import fc from 'fast-check';
import { STAGE_VERSIONS } from '../../../shared/names/stages';
import { canonicalJson } from '../../../shared/store/hash';
import { assertStoreKey, keySegment, runFolder } from '../../../shared/store/keys';
import { runRecordKey, runReportKey } from '../../../shared/store/run-files';
import { stageKey } from '../../../shared/store/stage-cache';

/** Text as people and vendors write it, and as they should not. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '.', '..', '...', '/', '%', '%2F', '%00', '+', 'a+b', 'BTC/USD', 'EUR USD', '€', "it's", 'con'),
);

/** The same value with the keys of every object in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

describe('keySegment', () => {
  it('always gives one sound segment, and is undone by decoding', () => {
    fc.assert(
      fc.property(text, (given) => {
        const segment = keySegment(given);
        expect(() => assertStoreKey(segment)).not.toThrow();
        expect(segment).not.toContain('/');
        if (given !== '') expect(decodeURIComponent(segment)).toBe(given);
      }),
    );
  });

  it('never gives one segment for two texts', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(keySegment(a) === keySegment(b)).toBe(a === b);
      }),
    );
  });

  it('tells the empty text and a NUL apart', () => {
    expect(keySegment('')).not.toBe(keySegment('\0'));
  });

  it('makes a segment of text with half a surrogate pair', () => {
    expect(() => assertStoreKey(keySegment('a\ud800b'))).not.toThrow();
    expect(keySegment('a\ud800b')).not.toBe(keySegment('a\ud801b'));
  });
});

describe('runFolder', () => {
  it('is one folder below runs for any run id, another for another id', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(() => assertStoreKey(runFolder(a))).not.toThrow();
        expect(runFolder(a).split('/')).toHaveLength(2);
        expect(runFolder(a) === runFolder(b)).toBe(a === b);
      }),
    );
  });

  it('holds the record and the report', () => {
    expect(runRecordKey('demo')).toBe('runs/demo/run.json');
    expect(runReportKey('a/b c')).toBe('runs/a+b%20c/report.html');
  });
});

describe('stage keys', () => {
  const material = { bars: 'ab', labels: { horizons: [{ bars: 20, upAtr: 2 }], atrPeriod: 14 } };

  it('do not depend on the order in which the material was written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
        expect(stageKey('labels', { value: reversed(value) })).toBe(stageKey('labels', { value }));
      }),
    );
  });

  it('depend on the order of lists, on every value and on the stage', () => {
    const keys = [
      stageKey('labels', material),
      stageKey('features', material),
      stageKey('labels', { ...material, bars: 'ac' }),
      stageKey('labels', { ...material, labels: { ...material.labels, atrPeriod: 15 } }),
      stageKey('labels', { list: [1, 2] }),
      stageKey('labels', { list: [2, 1] }),
      stageKey('labels', { list: ['1', 2] }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}$/);
  });

  it('change with the version of the stage', () => {
    const before = stageKey('labels', material);
    const versions = jest.replaceProperty(STAGE_VERSIONS, 'labels', STAGE_VERSIONS.labels + 1);
    expect(stageKey('labels', material)).not.toBe(before);
    versions.restore();
    expect(stageKey('labels', material)).toBe(before);
  });
});
