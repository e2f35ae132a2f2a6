import { logitBins } from '../../reporting/charts/logits';
import { renderReport } from '../../reporting/report';
import type { OverfittingRecord, RunRecord } from '../../shared/contracts/run-record';
import { fakeRunRecord } from '../support/run-record';

describe('the bins of PBO logits', () => {
  it('keeps what is below 0 on its own side, and counts every combination once', () => {
    const bins = logitBins([[-2, 1], [-0.01, 2], [0, 3], [0.1, 3], [2, 1]]); // prettier-ignore
    const below = bins.filter(({ high }) => high <= 0).reduce((sum, { share }) => sum + share, 0);
    expect(below).toBeCloseTo(0.3);
    expect(bins.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    expect(bins[0]).toMatchObject({ low: -2, share: 0.1 });
    expect(bins.at(-1)?.share).toBe(0.1);
  });

  it('has none without a combination, and a range of its own where all are 0', () => {
    expect(logitBins([])).toEqual([]);
    expect(logitBins([[0, 5]]).filter(({ share }) => share > 0)).toEqual([{ low: 0, high: 0.1, share: 1 }]);
  });
});

describe('the picture of PBO logits', () => {
  const record = fakeRunRecord({ symbols: 1, horizons: [20] });
  const study = (pbo: OverfittingRecord['pbo']): RunRecord => {
    const overfitting: OverfittingRecord = {
      ...{ study: 'metals', broken: null, head: null, trials: 3, sharpeVariance: 0, usedVariance: 0 },
      ...{ meanCorrelation: null, expectedMaximum: 0, pbo, models: [] },
    };
    return { ...record, symbols: record.symbols.map((symbol) => ({ ...symbol, overfitting })) };
  };

  it('stands in the section on overfitting and says how often choosing failed', () => {
    const page = renderReport(
      study({
        ...{ value: 0.25, trials: 3, days: 240, blocks: 16, lossProbability: 0.1 },
        logits: [[-1.1, 3217], [1.1, 9653]], // prettier-ignore
      }),
    );
    expect(page).toContain('id="logits-0-t"');
    expect(page).toContain('In 25.0 % of 12,870 combinations');
  });

  it('is not drawn where there is no PBO', () => {
    expect(renderReport(study(null))).not.toContain('id="logits-0-t"');
  });
});
