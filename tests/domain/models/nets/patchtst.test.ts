import * as tf from '@tensorflow/tfjs-core';
import { patchesOf } from '../../../../domain/models/nets/layers/patches';
import { normaliseInstances } from '../../../../domain/models/nets/layers/reversible-instance-norm';
import { patchtst } from '../../../../domain/models/nets/patchtst';
import { describeNet } from './support/net-suite';

const window = { lookback: 9, features: 3 };
const sizes = { patchLength: 4, stride: 2, width: 8, heads: 2, layers: 2, feedForward: 12, dropout: 0.2 };

describeNet(patchtst, {
  tiny: { sizes, window },
  // Norms over more units bend less within a finite step.
  smooth: { ...sizes, width: 16 },
  // The final norm stands behind the last masks: over 8 units its mean over masks is not its value without.
  dropoutBias: 0.5,
  fixtures: ['patchtst.json'],
});

describe('net patchtst', () => {
  it('cuts the series, lengthened by its last value, into overlapping patches', () => {
    tf.tidy(() => {
      const patches = patchesOf(tf.tensor2d([[1, 2, 3, 4, 5, 6, 7]]), { patchLength: 4, stride: 2 });
      expect(patches.arraySync()).toEqual([
        [
          [1, 2, 3, 4],
          [3, 4, 5, 6],
          [5, 6, 7, 7],
        ],
      ]);
    });
  });

  it('normalises each series by itself, and tells by what', () => {
    tf.tidy(() => {
      const rows = tf.tensor2d([
        [1, 2, 3, 6],
        [50, 50, 50, 50],
      ]);
      const { series, mean, deviation } = normaliseInstances(rows);
      expect(mean.arraySync()).toEqual([[3], [50]]);
      expect(deviation.arraySync()[0]?.[0]).toBeCloseTo(Math.sqrt(3.5), 5);
      expect(series.arraySync()[1]).toEqual([0, 0, 0, 0]);
      expect(series.arraySync()[0]?.[3]).toBeCloseTo(3 / Math.sqrt(3.5), 5);
    });
  });

  it('refuses patches that do not fit', () => {
    const plan = (other: object): unknown => patchtst.plan({ ...sizes, ...other }, window);
    expect(() => plan({ heads: 3 })).toThrow('patchtst: width 8 is no multiple of heads 3; choose one that is.');
    expect(() => plan({ patchLength: 10 })).toThrow(
      'patchtst: patchLength 10 is longer than the lookback 9; shorten it.',
    );
    expect(() => plan({ stride: 5 })).toThrow('patchtst: stride 5 skips bars between patches of length 4; shorten it.');
  });
});
