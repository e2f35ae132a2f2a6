import { renderReport } from '../../reporting/report';
import { verdictOf } from '../../reporting/verdict/verdict';
import type { DiagnosedTarget, Diagnosis } from '../../shared/contracts/diagnosis';
import { fakeRunRecord } from '../support/run-record';

const UNTESTED = { unitRoot: null, meanBreak: null };
const unitRoot = (adjustedP: number) => ({ statistic: -3.21, pValue: adjustedP / 2, adjustedP, lags: 4 });
const changed = (adjustedP: number, atMs: number) => ({
  statistic: 14.2,
  pValue: adjustedP / 2,
  adjustedP,
  atMs,
  size: 0.414,
});

const TARGET: DiagnosedTarget = {
  ...{ horizonBars: 20, rows: 812, strideBars: 20, untested: null },
  unitRoot: unitRoot(1e-9),
  meanBreak: changed(0.01, Date.UTC(2016, 4, 19)),
  varianceBreak: changed(0.4, Date.UTC(2015, 9, 2)),
};
const DIAGNOSIS: Diagnosis = {
  span: [Date.UTC(2015, 0, 5), Date.UTC(2017, 11, 29)],
  rows: 17_321,
  features: [
    { name: 'rsi14', rows: 17_307, unitRoot: unitRoot(1e-12), meanBreak: changed(0.6, 0), untested: null },
    {
      name: 'obvSlope20',
      rows: 17_300,
      unitRoot: unitRoot(0.002),
      meanBreak: changed(0.02, Date.UTC(2016, 10, 9)),
      untested: null,
    },
    { name: 'pathLength', rows: 17_321, unitRoot: unitRoot(0.31), meanBreak: null, untested: null },
    { name: 'timeOfDaySin', rows: 0, ...UNTESTED, untested: 'calendar' },
    { name: 'volumeRatio20', rows: 17_000, ...UNTESTED, untested: 'constant' },
  ],
  targets: [TARGET],
  price: {
    ...{ days: 936, forward: 1.1, supremum: 3.207, critical: { forward: 1.5, supremum: 2.31 } },
    ...{ fromMs: Date.UTC(2015, 5, 1), toMs: Date.UTC(2015, 11, 11) },
  },
};

const recordWith = (diagnosis: Diagnosis | null) => {
  const record = fakeRunRecord({ symbols: 1, horizons: [20] });
  const symbols = record.symbols.map((symbol) => (diagnosis === null ? symbol : { ...symbol, diagnosis }));
  return { ...record, symbols };
};

function textOf(diagnosis: Diagnosis | null): string {
  const html = renderReport(recordWith(diagnosis));
  const from = html.indexOf('Stationarity and breaks</h3>');
  if (from < 0) return '';
  const text = html.slice(from, from + 8_000).replace(/<[^>]*>/g, ' ');
  return text.replace(/\s+/g, ' ');
}

describe('what a reader is told of stationarity and breaks', () => {
  it('the share of features that are stationary, the others by name, and where means moved', () => {
    const text = textOf(DIAGNOSIS);
    for (const said of [
      '2015-01-05 to 2017-12-29, 17,321 bars',
      'Benjamini–Hochberg',
      '2 of 3 tested features are stationary (67 %)',
      'Not shown to be so: pathLength (p 0.310)',
      'The mean of 1 stationary feature moved within the part: obvSlope20 (about 2016-11-09, by +0.41 standard deviations)',
      'The target of 20 bars changed its mean about 2016-05-19: rows before tell of another market',
      'calendar: comes back by the clock',
      'never changes',
    ])
      expect(text).toContain(said);
    // A break that was not found is not told as one.
    expect(text).not.toContain('variance about');
  });

  it('of a target that stands still, that it does', () => {
    const still = { ...TARGET, meanBreak: changed(0.2, 0) };
    expect(textOf({ ...DIAGNOSIS, targets: [still] })).toContain('has no break that its 812 outcomes show.');
    const wandering = { ...still, unitRoot: unitRoot(0.2) };
    expect(textOf({ ...DIAGNOSIS, targets: [wandering] })).toContain('20 bars is not shown to be stationary.');
  });

  it('of a price, whether and when it was explosive', () => {
    expect(textOf(DIAGNOSIS)).toContain(
      'explosive from 2015-06-01 to 2015-12-11 (GSADF 3.21, critical at 5 % 2.31, 936 daily closes)',
    );
    const price = { ...DIAGNOSIS.price!, supremum: 2.2 };
    expect(textOf({ ...DIAGNOSIS, price })).toContain('nowhere more explosive than a random walk (GSADF 2.20');
  });

  it('of a target with too few outcomes, that it was not tested', () => {
    const short = { ...TARGET, ...UNTESTED, varianceBreak: null, rows: 41, untested: 'short' as const };
    expect(textOf({ ...DIAGNOSIS, targets: [short] })).toContain('could not be tested: 41 outcomes');
  });

  it('nothing where nobody asked', () => {
    expect(textOf(null)).toBe('');
  });
});

describe('the first page', () => {
  it('names a break of the target that the judged model learnt', () => {
    expect(verdictOf(recordWith(DIAGNOSIS)).believe).toContain('its target changed its mean about 2016-05-19');
    for (const silent of [null, { ...DIAGNOSIS, targets: [{ ...TARGET, horizonBars: 60 }] }])
      expect(verdictOf(recordWith(silent)).believe).not.toContain('its target changed');
  });
});
