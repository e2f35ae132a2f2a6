import { deriveSeed, randomFromSeed } from '../../../domain/core/random';
import { backtestOverfitting } from '../../../domain/statistics/pbo';
import { sharpeMoments } from '../../../domain/statistics/sharpe';
import { deflate, luckOf, meanCorrelation } from '../../../domain/statistics/study';

const STUDIES = 200;
const DAYS = 125;
/** From two trials to a hundred: luck has to be accounted for in either. */
const TRIALS = [2, 10, 100];

/** Returns of trials without skill, each pair correlated by `correlation`. */
function study(seed: number, trials: number, correlation: number, days = DAYS): readonly Float64Array[] {
  const random = randomFromSeed(deriveSeed(seed, 'noise study', trials, correlation));
  const common = Float64Array.from({ length: days }, () => random.normal());
  const [shared, own] = [Math.sqrt(correlation), Math.sqrt(1 - correlation)];
  return Array.from({ length: trials }, () => common.map((value) => 0.01 * (shared * value + own * random.normal())));
}

/** The DSR of the trial with the highest Sharpe ratio, as a report would show it. */
function bestDsr(series: readonly Float64Array[]): number {
  const trials = series.map(sharpeMoments);
  const best = trials.reduce((chosen, trial) => (trial.sharpe > chosen.sharpe ? trial : chosen));
  return deflate(best, luckOf(trials, meanCorrelation(series)), 0.95).dsr;
}

function believed(trials: number, correlation: number): number {
  return Array.from({ length: STUDIES }, (_, seed) => bestDsr(study(seed, trials, correlation))).filter(
    (dsr) => dsr >= 0.95,
  ).length;
}

describe('studies of noise', () => {
  it.each(TRIALS)('of 200 with %i independent trials each, at most 10 have a DSR of 0.95', (trials) => {
    expect(believed(trials, 0)).toBeLessThanOrEqual(10);
  });

  it.each(TRIALS)('of 200 with %i trials correlated at 0.9, at most 20 have a DSR of 0.95', (trials) => {
    expect(believed(trials, 0.9)).toBeLessThanOrEqual(20);
  });

  it('without deflation most of them would be believed', () => {
    const fooled = Array.from({ length: 50 }, (_, seed) => {
      const trials = study(seed, 100, 0).map(sharpeMoments);
      const best = trials.reduce((chosen, trial) => (trial.sharpe > chosen.sharpe ? trial : chosen));
      return deflate(best, luckOf([best], null), 0.95).dsr;
    }).filter((dsr) => dsr >= 0.95).length;
    expect(fooled).toBeGreaterThan(40);
  });

  it('a study with skill is believed', () => {
    const skilled = Array.from({ length: 50 }, (_, seed) =>
      bestDsr(study(seed, 30, 0, 750).map((series, i) => (i === 0 ? series.map((value) => value + 0.003) : series))),
    ).filter((dsr) => dsr >= 0.95).length;
    expect(skilled).toBeGreaterThan(45);
  });

  it.each([
    [20, 0],
    [21, 0],
    [20, 0.9],
  ])('the mean PBO of 150 with %i trials correlated at %d lies between 0.45 and 0.55', (trials, correlation) => {
    const found = Array.from(
      { length: 150 },
      (_, seed) => backtestOverfitting(study(seed, trials, correlation), 10)?.pbo ?? NaN,
    );
    const mean = found.reduce((sum, pbo) => sum + pbo, 0) / found.length;
    expect(mean).toBeGreaterThanOrEqual(0.45);
    expect(mean).toBeLessThanOrEqual(0.55);
  });

  it('the mean correlation is the one they were made with', () => {
    expect(meanCorrelation(study(1, 40, 0.9, 2000))).toBeCloseTo(0.9, 1);
    expect(meanCorrelation(study(1, 40, 0, 2000))).toBeCloseTo(0, 1);
    expect(meanCorrelation([new Float64Array(9), new Float64Array(9)])).toBeNull();
  });
});
