import { tft } from '../../domain/models/nets/tft';
import { fitNetFold, type FittedNetFold, type NetFoldFit } from '../../training/fit-net';
import { openTestBackend } from '../support/tensor-backend';
import { sampleFoldData } from './fold-data';
import { HOUR_MS, netFit } from './neural/net-fits';

const ROWS = 320;

beforeAll(openTestBackend);

describe('one net on one fold', () => {
  it('names features that never change in training', async () => {
    const { constantFeatures, explanation } = await fitted(withColumn(2, () => 7));
    expect(constantFeatures).toEqual(['f2']);
    expect(explanation.variableWeights).toBeNull();
  });

  it('learns from windows without an infinite number, and predicts none that has one', async () => {
    const row = 300;
    const { trained, infiniteFeatures } = await fitted(withColumn(1, (value, at) => (at === row ? Infinity : value)));
    expect(infiniteFeatures).toMatchObject([{ rows: 1 }]);
    const [{ rows }] = trained.predictions as [(typeof trained.predictions)[0]];
    const missing = [...rows.row].filter((_, i) => Number.isNaN(rows.probabilities.data[3 * i]));
    // The row itself and the two whose windows of three hold it; the first two of each part have no whole window anyway.
    expect(missing).toEqual(expect.arrayContaining([row, row + 1, row + 2]));
    expect(missing).not.toContain(row - 1);
    expect(missing).not.toContain(row + 3);
  });

  it('says which feature is never a finite number', async () => {
    const result = await fitNetFold(withColumn(1, () => Infinity));
    expect(result).toMatchObject({ ok: false, fault: { code: 'InvalidFeatures' } });
    expect(result.ok ? '' : result.fault.message).toMatch(
      /^Fold holdout: none of the \d+ training rows has all 4 features\. f1 is never finite there\. /,
    );
  });

  it('asks a net that can explain itself', async () => {
    const fit = withColumn(0, (value) => value);
    const { explanation } = await fitted({
      ...fit,
      definition: tft,
      sizes: { width: 4, heads: 2, lstmLayers: 1, dropout: 0 },
      settings: { ...fit.settings, maxEpochs: 1 },
    });
    for (const [shares, length] of [
      [explanation.variableWeights, 4],
      [explanation.attention, 3],
    ] as const) {
      expect(shares).toHaveLength(length);
      expect(shares?.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    }
  });
});

function withColumn(column: number, change: (value: number, row: number) => number): NetFoldFit {
  const { features } = sampleFoldData(ROWS);
  const data = features.data.map((value, i) =>
    i % features.columns === column ? change(value, Math.floor(i / features.columns)) : value,
  );
  return {
    ...netFit(),
    features: { ...features, data },
    time: Float64Array.from({ length: ROWS }, (_, row) => row * HOUR_MS),
    windowRules: { timeframeMs: HOUR_MS, gapBars: 3, maxClosureDays: 4 },
  };
}

async function fitted(fit: NetFoldFit): Promise<FittedNetFold> {
  const result = await fitNetFold(fit);
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`);
  return result.value;
}
