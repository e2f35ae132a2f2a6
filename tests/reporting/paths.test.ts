import { foldsOption } from '../../reporting/charts/folds';
import { renderReport } from '../../reporting/report';
import type { FoldRecord, ModelRecord, RunRecord } from '../../shared/contracts/run-record';
import { fakeRunRecord } from '../support/run-record';

const record = fakeRunRecord({ symbols: 1 });

/** The same run as if its models had been judged over three backtest paths. */
function withPaths(): RunRecord {
  const overPaths = (model: ModelRecord): ModelRecord => {
    const { evaluation } = model;
    const numbers = Object.fromEntries(Object.entries(evaluation.metrics).map(([name, { value }]) => [name, value]));
    const paths = [-0.5, 0.25, 1.75].map((sharpe) => ({ ...numbers, sharpe })) as unknown as typeof evaluation.paths;
    const equityPaths = [0.8, 1, 1.3].map((factor) =>
      evaluation.equity.map((point) => ({ ...point, equity: point.equity * factor })),
    );
    return { ...model, evaluation: { ...evaluation, ...(paths === undefined ? {} : { paths }), equityPaths } };
  };
  const measured = { days: 7, meanAutocorrelation: 0.084, threshold: 0.1, features: 30 };
  return {
    ...record,
    symbols: record.symbols.map((symbol) => ({
      ...symbol,
      models: symbol.models.map(overPaths),
      embargo: { days: 7, by: 'autocorrelation', measured },
    })),
  };
}

describe('the report of a run over several backtest paths', () => {
  const page = renderReport(withPaths());

  it('says over how many paths the numbers are means, and how far apart they lie', () => {
    expect(page).toContain('Numbers are means over 3 backtest paths; its Sharpe ratios lie between −0.50 and 1.75.');
    expect(page).toContain('the path of the median Sharpe ratio, and 3 of its paths in pale');
    expect(page).toMatch(/Its paths end between \d\.\d+ and \d\.\d+\./);
    expect(renderReport(record)).not.toContain('backtest paths;');
  });

  it('says that confusion and reliability count every row once a path', () => {
    expect(page).toContain('rows of the test period, over all 3 paths</caption>');
    expect(page).toMatch(/Reliability of “up” <small>[^<]*, over all 3 paths</);
    expect(renderReport(record)).not.toContain('over all');
  });

  it('says which embargo the folds keep, and why', () => {
    expect(page).toContain('Embargo: 7 trading days, as long as the features remember.');
    expect(page).toContain('mean autocorrelation is 0.08 after 7 trading days');
    expect(renderReport(record)).not.toContain('Embargo:');
  });
});

describe('the picture of folds', () => {
  it('draws every stretch of a part', () => {
    const [first] = record.symbols[0]?.folds ?? [];
    if (first === undefined) throw new Error('no fold');
    const test = [[10, 20], [40, 50]] as const; // prettier-ignore
    const spans = { train: [[0, 9]], stopping: [[21, 25]], choosing: [[26, 39]], test } as const;
    const fold: FoldRecord = { ...first, spans };
    const series = foldsOption([fold]).series as unknown as readonly { readonly data: readonly unknown[] }[];
    expect(series[3]?.data).toEqual([[0, 10, 20], [0, 40, 50]]); // prettier-ignore
    expect(series[0]?.data).toEqual([[0, 0, 9]]);
  });
});
