import * as tf from '@tensorflow/tfjs-core';
import { randomFromSeed } from '../../../../domain/core/random';
import type { WindowSeries } from '../../../../domain/core/window-series';
import { initialWeights } from '../../../../domain/models/nets/flat-parameters';
import { openFittedNet, PREDICTION_BATCH, type FittedNet } from '../../../../domain/models/nets/fitted-net';
import { netParameters, type Heads } from '../../../../domain/models/nets/heads';
import { encodeNet } from '../../../../domain/models/nets/net-bytes';
import { openTestBackend } from '../../../support/tensor-backend';
import { eagerEngine, graphEngine } from '../../../support/tensor-engines';
import { tinyNet } from '../../../support/tiny-net';

beforeAll(openTestBackend);

const ROWS = 60;
const WINDOW = { lookback: 4, features: 3 };
const SIZES = { units: 50, dropout: 0.5 };
const CLASS_HEADS: Heads = { horizons: [8, 16], target: 'class' };

describe.each([
  ['eager', eagerEngine],
  ['traced', graphEngine],
])('a fitted net (%s)', (_, engine) => {
  let net: FittedNet;
  beforeAll(() => {
    net = opened(bytesOf(CLASS_HEADS), engine);
  });
  afterAll(() => net.dispose());

  it('gives a window the same bits in whatever company and place', () => {
    const ends = Int32Array.from({ length: ROWS }, (_, row) => row);
    const all = net.predict(series(), ends, 8);
    const random = randomFromSeed(1);
    for (const count of [1, 3, PREDICTION_BATCH, PREDICTION_BATCH + 1, 37]) {
      const some = Int32Array.from({ length: count }, () => random.integer(ROWS));
      const predicted = net.predict(series(), some, 8);
      for (const [i, row] of some.entries()) expect(rowOf(predicted, i)).toEqual(rowOf(all, row));
    }
  });

  it('gives probabilities where the window is whole, NaN elsewhere', () => {
    const { data } = net.predict(series(), Int32Array.of(2, 3, 21, 20, 24), 16);
    const sums = [0, 1, 2, 3, 4].map((i) => data[3 * i]! + data[3 * i + 1]! + data[3 * i + 2]!);
    // The run is cut before row 20, so rows 20 to 22 have no whole window, and row 2 has none at the start.
    expect(sums).toEqual([NaN, expect.closeTo(1, 12), NaN, NaN, expect.closeTo(1, 12)]);
    expect(net.predict(series(), Int32Array.of(0, 1), 16).data.every(Number.isNaN)).toBe(true);
    expect(net.predict(series(), new Int32Array(), 16)).toMatchObject({ rows: 0, columns: 3 });
  });

  it('gives all horizons at once what it gives one by one', () => {
    const rows = Int32Array.of(5, 9, 40);
    expect(net.predictAll(series(), rows)).toEqual([8, 16].map((bars) => net.predict(series(), rows, bars)));
    expect(net.predict(series(), rows, 8)).not.toEqual(net.predict(series(), rows, 16));
  });

  it('explains whole windows', () => {
    const explained = net.explain(series(), Int32Array.of(1, 10))!;
    const { data, columns } = explained['attention']!;
    expect(columns).toBe(4);
    expect([...data.slice(0, 4)]).toEqual([NaN, NaN, NaN, NaN]);
    const { features } = series();
    expect(data[4]).toBeCloseTo((features[21]! + features[22]! + features[23]!) / 3, 6);
  });

  it('refuses horizons and features that it was not trained with', () => {
    expect(() => net.predict(series(), Int32Array.of(9), 4)).toThrow('horizons 8, 16, not 4');
    const wide = { ...series(), columns: 4 };
    expect(() => net.predict(wide, Int32Array.of(9), 8)).toThrow('trained on 3 features, got 4');
  });

  it('leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    const other = opened(bytesOf(CLASS_HEADS), engine);
    other.predict(series(), Int32Array.of(9, 10), 8);
    other.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('a net of returns goes through the link of its horizon', () => {
  const heads: Heads = { horizons: [8, 16], target: 'return' };
  const link = (slope: number): string =>
    JSON.stringify({
      format: 'candlewick-model',
      schemaVersion: 1,
      family: 'logistic',
      version: 1,
      body: {
        featureCount: 1,
        classes: [0, 1, 2],
        absentShare: 0,
        coefficients: [-slope, 0, 0, 0.5, slope, 0],
        iterations: 1,
        converged: true,
      },
    });
  const net = opened(bytesOf(heads, [link(1), link(0)]), eagerEngine);
  const [first, second] = net.predictAll(series(), Int32Array.of(10, 1));
  const level = Math.exp(0.5) / (2 + Math.exp(0.5));
  expect(rowOf(second!, 0)).toEqual([
    expect.closeTo((1 - level) / 2),
    expect.closeTo(level),
    expect.closeTo((1 - level) / 2),
  ]);
  const [down, timeout, up] = rowOf(first!, 0);
  expect(down! * up!).toBeCloseTo((timeout! / Math.exp(0.5)) ** 2, 10);
  expect(rowOf(first!, 1)).toEqual([NaN, NaN, NaN]);
  net.dispose();
});

it('bytes that are no net are refused', () => {
  expect(openFittedNet(tinyNet, new Uint8Array(9), eagerEngine)).toMatchObject({
    ok: false,
    fault: { code: 'InvalidModel' },
  });
});

/** Features drawn at random, with a gap before row 20. */
function series(): WindowSeries {
  const random = randomFromSeed(2);
  const features = Float32Array.from({ length: ROWS * WINDOW.features }, () => random.normal());
  const runLength = Int32Array.from({ length: ROWS }, (_, row) => (row < 20 ? row + 1 : row - 19));
  return { features, rows: ROWS, columns: WINDOW.features, runLength };
}

function bytesOf(heads: Heads, links: readonly string[] = []): Uint8Array {
  const weights = initialWeights(netParameters(tinyNet.plan(SIZES, WINDOW), heads), 7);
  return encodeNet(tinyNet, { sizes: SIZES, window: WINDOW, heads, links, weights });
}

function opened(bytes: Uint8Array, engine: typeof eagerEngine): FittedNet {
  const net = openFittedNet(tinyNet, bytes, engine);
  if (!net.ok) throw new Error(net.fault.message);
  return net.value;
}

function rowOf({ data, columns }: { readonly data: Float64Array; readonly columns: number }, row: number): number[] {
  return [...data.subarray(row * columns, (row + 1) * columns)];
}
