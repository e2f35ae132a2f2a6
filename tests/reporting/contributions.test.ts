import { renderReport } from '../../reporting/report';
import type { ContributionRecord, RunRecord } from '../../shared/contracts/run-record';
import type { SelectionReport } from '../../shared/contracts/selection';
import { fakeRunRecord } from '../support/run-record';

const CONTRIBUTIONS: ContributionRecord = {
  rows: 1_536,
  folds: 6,
  features: Array.from({ length: 22 }, (_, i) => ({
    feature: i === 0 ? 'a<b>' : `feature${String(i)}`,
    down: { size: 0.0812 / (i + 1), direction: i === 1 ? null : -0.437 },
    up: { size: 0.0634 / (i + 1), direction: 0.512 },
  })),
};

function recordWith(contributions: ContributionRecord | null, symbols = 1): RunRecord {
  const record = fakeRunRecord({ symbols, horizons: [20] });
  return {
    ...record,
    symbols: record.symbols.map((symbol) => ({
      ...symbol,
      models: symbol.models.map((model) =>
        model.family === 'lightgbm' && contributions !== null ? { ...model, contributions } : model,
      ),
    })),
  };
}

const block = (page: string): string => {
  const from = page.indexOf('What moves the forecasts');
  return from < 0 ? '' : page.slice(from, page.indexOf('<h4>', from + 1));
};

describe('the contributions of features', () => {
  it('stand as a picture of the fifteen largest with their numbers beside it', () => {
    const found = block(renderReport(recordWith(CONTRIBUTIONS)));
    expect(found).toContain('id="s0-h20-shap-t"');
    expect(found).toContain('1,536 test rows evenly spaced over 6 folds');
    expect(found).toContain('The largest 15 of 22 features');
    expect(found).toContain(
      '<th scope="row">a&lt;b&gt;</th><td class="num">0.0812</td><td class="num">−0.44</td><td class="num">0.0634</td><td class="num">+0.51</td>',
    );
    expect(found).toContain('feature14');
    expect(found).not.toContain('feature15');
    expect(found).not.toMatch(/NaN|undefined|a<b>/);
    expect(Buffer.byteLength(found)).toBeLessThan(15_000);
  });

  it('say how often a feature was chosen on the folds, where features were selected', () => {
    const record = recordWith(CONTRIBUTIONS);
    const selection: SelectionReport = {
      method: 'gain',
      ...{ maxCorrelation: 0.8, maxFeatures: 50, rows: 10, kept: [], features: [], clusters: [], notes: [] },
      span: [0, 1],
      stability: { folds: [{ foldId: 'f0', kept: [] }], meanJaccard: null, keptShare: { feature2: 0.83 } },
    };
    const page = renderReport({ ...record, symbols: record.symbols.map((symbol) => ({ ...symbol, selection })) });
    const rowOf = (name: string) => block(page).match(new RegExp(`<th scope="row">${name}</th>.*?</tr>`))?.[0];
    expect(rowOf('feature2')).toContain('83 %');
    expect(rowOf('feature3')).toContain('>0 %');
  });

  it('are not told of where no fit told them, and in words on a crowded page', () => {
    expect(block(renderReport(recordWith(null)))).toBe('');
    const crowded = renderReport(recordWith(CONTRIBUTIONS, 30));
    expect(crowded).not.toContain('-shap-t"');
    expect(crowded).toContain('a&lt;b&gt; 0.0812 and 0.0634');
  });
});
