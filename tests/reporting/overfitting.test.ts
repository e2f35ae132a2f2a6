import { resultTable } from '../../cli/views/result-table';
import { renderReport } from '../../reporting/report';
import type { OverfittingRecord, RunRecord } from '../../shared/contracts/run-record';
import { fakeRunRecord } from '../support/run-record';

const STUDY: OverfittingRecord = {
  study: 'metals',
  broken: null,
  head: { length: 12, sha256: 'a'.repeat(64) },
  trials: 12,
  sharpeVariance: 0.002,
  usedVariance: 0.002,
  meanCorrelation: 0.4,
  expectedMaximum: 0.0731,
  pbo: { value: 0.4375, trials: 12, days: 240, blocks: 16, lossProbability: 0.3, logits: [[-0.7, 12_870]] },
  models: [
    {
      ...{ family: 'lightgbm', horizonBars: 20, sharpePerDay: 0.1052, days: 250, skew: 0, kurtosis: 3 },
      ...{ psr: 0.9512, dsr: 0.6944, minTrlDays: 2650.2 },
    },
    {
      ...{ family: 'majority', horizonBars: 20, sharpePerDay: 0, days: 250, skew: 0, kurtosis: 3 },
      ...{ psr: 0.5, dsr: 0.1239, minTrlDays: null },
    },
  ],
};

function recordWith(overfitting: OverfittingRecord): RunRecord {
  const record = fakeRunRecord({ symbols: 1 });
  return { ...record, symbols: record.symbols.map((symbol) => ({ ...symbol, overfitting })) };
}

const sectionOf = (html: string): string => {
  const from = html.indexOf('id="overfitting"');
  return from < 0
    ? ''
    : html
        .slice(from, html.indexOf('</section>', from))
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ');
};

it('the best model of a horizon is told by regime, with its intervals', () => {
  const record = fakeRunRecord({ symbols: 1, horizons: [20] });
  const metric = { value: 0.0421, low: 0.0112, high: 0.0733 };
  const regime = {
    ...{ regime: 'wild-up', rows: 1234, logLoss: { value: 1.0512, low: 1.01, high: 1.09 }, brier: metric },
    ...{ ece: metric, directionalAccuracy: { value: 0.5321, low: null, high: null }, informationCoefficient: metric },
  };
  const symbols = record.symbols.map((symbol) => ({
    ...symbol,
    models: symbol.models.map((model) => ({ ...model, evaluation: { ...model.evaluation, regimes: [regime] } })),
  }));
  const text = renderReport({ ...record, symbols })
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
  expect(text).toContain('wild-up 1,234 1.051 [1.010, 1.090] 0.042 [0.011, 0.073] 0.042 [0.011, 0.073] 53.2 %');
  expect(renderReport(record)).not.toContain('by regime:');
});

describe('what a reader is told of overfitting', () => {
  it('the report has every number of each model', () => {
    const section = sectionOf(renderReport(recordWith(STUDY)));
    for (const said of ['12', '0.0731', '0.1052', '250', '95.1 %', '69.4 %', '2,651 days', '43.8 %', '12.4 %', '–'])
      expect(section).toContain(said);
  });

  it('a record of an earlier version has no section, and a broken ledger is said in both places', () => {
    expect(sectionOf(renderReport(fakeRunRecord({ symbols: 1 })))).toBe('');
    const broken = {
      ...STUDY,
      broken: 'the trial ledger studies/m/XAG is broken: entry 2 is gone',
      models: [],
      pbo: null,
    };
    expect(sectionOf(renderReport(recordWith(broken)))).toContain('studies/m/XAG is broken: entry 2 is gone.');
    expect(resultTable(recordWith(broken))).toMatch(/^LEDGER EURUSD: the trial ledger studies\/m\/XAG is broken/m);
  });

  it('the command line says it in a line', () => {
    expect(resultTable(recordWith(STUDY))).toContain(
      'overfitting EURUSD: 12 trials, SR0 0.0731 a day, best DSR 0.69 (lightgbm, 20 bars), PBO 0.44',
    );
  });
});
