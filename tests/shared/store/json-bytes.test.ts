import fc from 'fast-check';
import { z } from 'zod';
import { jsonOf, parsedOrNull } from '../../../shared/store/json-bytes';

const schema = z.strictObject({ number: z.number(), word: z.string() });
const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8');

describe('parsedOrNull', () => {
  it('gives back what was written, characters beyond one byte too', () => {
    const value = fc.record({ number: fc.integer(), word: fc.string({ unit: 'grapheme' }) }, { noNullPrototype: true });
    fc.assert(
      fc.property(value, (written) => {
        expect(parsedOrNull(schema, bytesOf(JSON.stringify(written)))).toEqual(written);
      }),
    );
  });

  it('is null where there is nothing', () => {
    expect(parsedOrNull(schema, null)).toBeNull();
  });

  it.each([
    ['no bytes at all', ''],
    ['half a text', '{"number":1,"wo'],
    ['no JSON', '\u0000\u0001'],
    ['a field too few', '{"number":1}'],
    ['a field too many', '{"number":1,"word":"a","other":2}'],
    ['another type', '{"number":"1","word":"a"}'],
    ['nothing but null', 'null'],
  ])('is null for %s', (_what, text) => {
    expect(parsedOrNull(schema, bytesOf(text))).toBeNull();
  });
});

describe('jsonOf', () => {
  it('reads any value and throws for what is no JSON', () => {
    expect(jsonOf(bytesOf('[1,"é"]'))).toEqual([1, 'é']);
    expect(() => jsonOf(bytesOf('[1,'))).toThrow(SyntaxError);
  });
});
