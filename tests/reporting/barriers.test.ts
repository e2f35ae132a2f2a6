import { renderReport } from '../../reporting/report';
import type { BarrierSearchRecord, RunRecord } from '../../shared/contracts/run-record';
import { fakeRunRecord } from '../support/run-record';

const judged = (bars: number, upAtr: number, downAtr: number, searched: number | null, unseen: number | null) => ({
  ...{ bars, upAtr, downAtr, searched, unseen },
});
const WON: BarrierSearchRecord['horizons'][number] = {
  horizonBars: 20,
  configured: judged(20, 2, 2, 0.81, 0.8),
  symmetric: judged(18, 1.55, 1.55, 0.95, 0.9),
  asymmetric: judged(17, 1.6, 1.35, 0.99, 0.9375),
  taken: 'asymmetric',
};
const LOST: typeof WON = {
  ...WON,
  ...{ horizonBars: 60, asymmetric: judged(50, 2.6, 1.35, 0.99, 0.875), taken: 'symmetric' },
};

function reportOf(horizons: BarrierSearchRecord['horizons']): string {
  const record = fakeRunRecord({ symbols: 1 });
  const barriers: BarrierSearchRecord = { objective: 'balance', rows: 4_000, horizons };
  const whole: RunRecord = { ...record, symbols: record.symbols.map((symbol) => ({ ...symbol, barriers })) };
  return renderReport(whole)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('what a reader is told of a search of barriers', () => {
  it('what was looked for, where, and by how much multiples that differ won or lost on rows unseen', () => {
    const text = reportOf([WON, LOST]);
    expect(text).toContain('Searched for classes that are as frequent (entropy, 1 at most) on the first training part');
    expect(text).toContain('4,000 rows');
    expect(text).toContain(
      'Of the horizon of 20 bars, multiples that differ were taken: they won by 0.0375 on rows unseen.',
    );
    expect(text).toContain(
      'Of the horizon of 60 bars, multiples that differ were not taken: they did not win on rows unseen (behind by 0.0250).',
    );
    for (const cell of [
      'configured 20 2.00 2.00 0.8100 0.8000',
      'best symmetric 18 1.55 1.55 0.9500 0.9000',
      'best that differ 17 1.60 1.35 0.9900 0.9375 yes',
    ])
      expect(text).toContain(cell);
  });

  it('that there were too few labels to say, and nothing where symmetric ones alone were searched', () => {
    const few = { ...LOST, asymmetric: judged(50, 2.6, 1.35, 0.99, null) };
    expect(reportOf([few])).toContain(
      'multiples that differ could not be judged on rows unseen, so they were not taken.',
    );
    expect(reportOf([{ ...LOST, asymmetric: null }])).not.toContain('multiples that differ');
  });

  it('nothing where no barriers were searched', () => {
    expect(renderReport(fakeRunRecord({ symbols: 1 }))).not.toContain('Barriers that were searched');
  });
});
