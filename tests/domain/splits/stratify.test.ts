import { randomFromSeed } from '../../../domain/core/random';
import { planBoundaries } from '../../../domain/splits/plan-boundaries';
import { evenBorders } from '../../../domain/splits/plan-groups';
import { stratifiedBorders } from '../../../domain/splits/stratify';
import { dailyTimes, SETTINGS } from './support';

/** Closes whose returns have the spread that `spreadAt` gives each bar. */
function closes(rows: number, spreadAt: (row: number) => number): Float64Array {
  const random = randomFromSeed(5);
  let close = 100;
  return Float64Array.from({ length: rows }, (_, row) => (close *= Math.exp(spreadAt(row) * random.normal())));
}

/** 100 calm, 100 usual and 100 wild bars in turn. */
const cycling = (row: number): number => [0.005, 0.01, 0.03][Math.floor(row / 100) % 3] ?? 0;
const FROM = 600;
const ROWS = 3_000;

describe('groups stratified by regime', () => {
  it('have borders near the even ones, and like shares of each regime', () => {
    const close = closes(ROWS, cycling);
    const found = stratifiedBorders(close, FROM, ROWS, 5);
    if (!found.ok) throw new Error(found.fault.message);
    const even = evenBorders(FROM, ROWS, 5);
    expect(found.value).toHaveLength(6);
    expect([found.value[0], found.value[5]]).toEqual([FROM, ROWS]);
    for (const [g, border] of found.value.entries()) expect(Math.abs(border - even[g]!)).toBeLessThanOrEqual(120);
    expect(found.value).not.toEqual(even);
  });

  it('know no later bar in the volatility of a bar: closes behind the tested part change nothing', () => {
    const close = closes(ROWS, cycling);
    const longer = Float64Array.from([...close, ...closes(400, () => 0.2)]);
    expect(stratifiedBorders(longer, FROM, ROWS, 5)).toEqual(stratifiedBorders(close, FROM, ROWS, 5));
  });

  it('are planned with the closes of the bars, and asked for without them refused', () => {
    const settings = {
      ...SETTINGS,
      scheme: 'purgedKFold' as const,
      groups: { count: 5, testGroups: 1, prologueShare: 0.2, stratifyByRegime: true },
    };
    const close = closes(ROWS, cycling);
    const planned = planBoundaries(dailyTimes(ROWS), settings, close);
    const borders = stratifiedBorders(close, FROM, ROWS, 5);
    expect(planned.ok && planned.value.map(({ parts }) => parts.test[0]?.[1])).toEqual(borders.ok && borders.value.slice(1)); // prettier-ignore
    expect(planBoundaries(dailyTimes(ROWS), settings)).toMatchObject({ ok: false, fault: { code: 'InvalidSplits' } });
  });

  it('are refused in one sentence where one stretch of time has all the wild bars', () => {
    const late = closes(ROWS, (row) => (row < FROM ? cycling(row) : row < 2_400 ? 0.006 : 0.04));
    const refused = stratifiedBorders(late, FROM, ROWS, 5);
    expect(refused).toMatchObject({ ok: false, fault: { code: 'InvalidSplits' } });
    expect(refused.ok ? '' : refused.fault.message).toMatch(
      /^Groups cannot be stratified by regime: with the best borders group \d of 5 has \d+ % (calm|usual|wild) bars, /,
    );
    const short = stratifiedBorders(closes(300, cycling), 60, 300, 3);
    expect(short.ok ? '' : short.fault.message).toMatch(/prologue, which has 60 bars; at least 100 are needed/);
  });
});
