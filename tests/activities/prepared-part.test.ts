import { preparedPart } from '../../activities/support/prepared-part';
import type { StageOutcome } from '../../shared/contracts/stages';

const outcome = (stage: StageOutcome['stage'], facts: StageOutcome['facts'], part = ''): StageOutcome => ({
  ...{ stage, part, key: 'k', cacheHit: false, seconds: 1, outputs: {} },
  facts,
});

describe('what a symbol was prepared with', () => {
  it('is told by its features stage and its fits', () => {
    const outcomes = [
      outcome('features', {
        ...{ rows: 1_000, features: 80 },
        fracDiff: { order: 0.35, width: 100, referencePrice: 7, stationary: true },
        cross: [{ symbol: 'BTC', rows: 990 }],
      }),
      outcome('train', { trainRows: 900, syntheticRows: 500 }, 'lightgbm-h20-f0'),
      outcome('train', { trainRows: 900, syntheticRows: 300 }, 'lightgbm-h20-f1'),
    ];
    expect(preparedPart(outcomes)).toEqual({
      prepared: {
        fracDiff: { order: 0.35, width: 100, stationary: true },
        cross: [{ symbol: 'BTC', rows: 990 }],
        featureRows: 1_000,
        syntheticRows: [300, 500],
      },
    });
  });

  it('is not there where nothing was asked for, or nothing ran', () => {
    expect(preparedPart([])).toEqual({});
    const plain = [outcome('features', { rows: 1_000, features: 80 }), outcome('train', { trainRows: 900 })];
    expect(preparedPart(plain)).toEqual({});
  });
});
