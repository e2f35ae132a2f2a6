import { renderReport } from '../../reporting/report';
import type { SelectionReport } from '../../shared/contracts/selection';
import { fakeRunRecord } from '../support/run-record';

const SELECTION: SelectionReport = {
  method: 'gain',
  maxCorrelation: 0.8,
  maxFeatures: 50,
  span: [Date.UTC(2015, 0, 5), Date.UTC(2017, 11, 29)],
  rows: 17_321,
  kept: ['rsi14', 'atrShare14'],
  features: [
    { name: 'rsi14', dropped: null, inFavourOf: null, separation: 0.0021, importance: 0.71 },
    { name: 'stochasticK14', dropped: 'correlated', inFavourOf: 'rsi14', separation: 0.0018, importance: null },
    { name: 'atrShare14', dropped: null, inFavourOf: null, separation: 0.0312, importance: 0.29 },
    { name: 'volumeRatio20', dropped: 'constant', inFavourOf: null, separation: null, importance: null },
  ],
  clusters: [['rsi14', 'stochasticK14']],
  stability: {
    folds: [
      { foldId: 'f0', kept: ['rsi14', 'atrShare14'] },
      { foldId: 'f1', kept: ['rsi14'] },
    ],
    meanJaccard: 0.5,
    keptShare: { rsi14: 1, atrShare14: 0.5 },
  },
  notes: ['never changes in training and is left out: volumeRatio20'],
};

function textOf(selection: SelectionReport | null): string {
  const record = fakeRunRecord({ symbols: 1 });
  const symbols = record.symbols.map((symbol) => (selection === null ? symbol : { ...symbol, selection }));
  const html = renderReport({ ...record, symbols });
  const from = html.indexOf('How the features were chosen');
  return from < 0
    ? ''
    : html
        .slice(from, from + 6_000)
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ');
}

describe('what a reader is told of the choice of features', () => {
  it('names part, rule, stability and the fate of every feature', () => {
    const text = textOf(SELECTION);
    for (const said of [
      '2 of 4 features',
      '17,321 rows',
      '2015-01-05 to 2017-12-29',
      'above 0.80',
      'LightGBM model’s gains',
      'each of 2 folds, two choices share 50.0 %',
      'never changes in training and is left out: volumeRatio20.',
      'says the same as rsi14',
      '0.0312',
      '0.7100',
    ])
      expect(text).toContain(said);
  });

  it('says of one fold that nothing is known of stability', () => {
    const stability = { ...SELECTION.stability, folds: SELECTION.stability.folds.slice(0, 1), meanJaccard: null };
    expect(textOf({ ...SELECTION, stability })).toContain('nothing can be said of how stable');
  });

  it('says nothing where nothing was selected', () => {
    expect(textOf(null)).toBe('');
  });
});
