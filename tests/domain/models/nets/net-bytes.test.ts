import { initialWeights, parameterCount } from '../../../../domain/models/nets/flat-parameters';
import { netParameters, type Heads } from '../../../../domain/models/nets/heads';
import { decodeNet, encodeNet } from '../../../../domain/models/nets/net-bytes';
import { tinyNet } from '../../../support/tiny-net';

const SIZES = { units: 5, dropout: 0.1 };
const WINDOW = { lookback: 3, features: 2 };
const HEADS: Heads = { horizons: [8, 16], target: 'class' };
const PARAMETERS = netParameters(tinyNet.plan(SIZES, WINDOW), HEADS);
const WEIGHTS = initialWeights(PARAMETERS, 4);
const CONTENT = { sizes: SIZES, window: WINDOW, heads: HEADS, links: [], weights: WEIGHTS };
const BYTES = encodeNet(tinyNet, CONTENT);

describe('parameters of a net', () => {
  it('are the trunk’s, then one head for each horizon', () => {
    expect(PARAMETERS.map(({ name, shape }) => [name, shape])).toEqual([
      ['hidden.kernel', [6, 5]],
      ['hidden.bias', [5]],
      ['head8.kernel', [5, 3]],
      ['head8.bias', [3]],
      ['head16.kernel', [5, 3]],
      ['head16.bias', [3]],
    ]);
    expect(parameterCount(PARAMETERS)).toBe(30 + 5 + 2 * 18);
  });

  it('begin with numbers of the seed and of their own name', () => {
    expect(initialWeights(PARAMETERS, 4)).toEqual(WEIGHTS);
    expect(initialWeights(PARAMETERS, 5)).not.toEqual(WEIGHTS);
    const alone = initialWeights(PARAMETERS.slice(2), 4);
    expect(alone).toEqual(WEIGHTS.slice(35));
  });
});

describe('bytes of a net', () => {
  it('come back bit for bit, from wherever they lie in memory', () => {
    const odd = WEIGHTS.map((weight, i) => [-0, NaN, 1e-45][i] ?? weight);
    const bytes = encodeNet(tinyNet, { ...CONTENT, weights: odd, links: ['{"a":1}'] });
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    const net = decodeNet(tinyNet, shifted.subarray(1));
    if (!net.ok) throw new Error(net.fault.message);
    expect(net.value).toMatchObject({ ...CONTENT, weights: odd, links: ['{"a":1}'] });
  });

  it.each<[string, () => ReturnType<typeof decodeNet>, RegExp]>([
    [
      'of something else',
      () => decodeNet(tinyNet, new TextEncoder().encode('{"format":"candlewick-model"}')),
      /29 bytes are not a saved net/,
    ],
    ['nothing', () => decodeNet(tinyNet, new Uint8Array()), /0 bytes are not a saved net/],
    ['cut off in the header', () => decodeNet(tinyNet, BYTES.subarray(0, 60)), /not a saved net/],
    [
      'cut off',
      () => decodeNet(tinyNet, BYTES.subarray(0, BYTES.length - 4)),
      /expected \d+: it was cut off or damaged/,
    ],
    ['too long', () => decodeNet(tinyNet, Buffer.concat([BYTES, new Uint8Array(4)])), /cut off or damaged/],
    ['of another family', () => decodeNet({ ...tinyNet, name: 'other' }, BYTES), /family 'tiny', expected 'other'/],
    [
      'of another version',
      () => decodeNet({ ...tinyNet, version: 2 }, BYTES),
      /version 1 of family 'tiny'; this code has version 2/,
    ],
    [
      'of another shape',
      () => decodeNet(wider, BYTES),
      /another shape.*\["hidden.kernel",\[6,5\]\], expected \["hidden.kernel",\[6,6\]\]/,
    ],
    [
      'that cannot be planned',
      () => decodeNet({ ...tinyNet, plan: refuse }, BYTES),
      /cannot be built from its sizes: no/,
    ],
  ])('%s are refused in one sentence', (_, decode, message) => {
    const net = decode();
    if (net.ok) throw new Error('The bytes were expected to be refused.');
    expect(net.fault.code).toBe('InvalidModel');
    expect(net.fault.message).toMatch(message);
  });
});

const wider: typeof tinyNet = { ...tinyNet, plan: (sizes, window) => tinyNet.plan({ ...sizes, units: 6 }, window) };

function refuse(): never {
  throw new RangeError('no');
}
