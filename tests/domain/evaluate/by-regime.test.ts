import { resultsByRegime } from '../../../domain/evaluate/by-regime';
import { evaluate } from '../../../domain/evaluate/evaluate';
import { randomMarket } from './market';

const NAMES = ['calm', 'wild', 'rare'];

describe('results by regime', () => {
  const skilled = randomMarket(5, 1_200, 5, 0.5);
  const noise = randomMarket(5, 1_200, 5, 0);
  /** Forecasts that know something in the first half of the rows only. */
  const half = {
    ...noise,
    probabilities: {
      ...noise.probabilities,
      data: noise.probabilities.data.map((value, i) => (i < 1_800 ? (skilled.probabilities.data[i] ?? NaN) : value)),
    },
  };
  const regimeOf = Int8Array.from({ length: 1_300 }, (_, row) =>
    row < 600 ? 0 : row < 1_190 ? 1 : row < 1_195 ? -1 : 2,
  );

  it('finds skill where it is and none where it is not', () => {
    const [calm, wild, ...others] = resultsByRegime([half], regimeOf, NAMES, 1);
    expect(calm).toMatchObject({ regime: 'calm', rows: 600 });
    expect(calm?.informationCoefficient.low).toBeGreaterThan(0.1);
    expect(wild).toMatchObject({ regime: 'wild', rows: 590 });
    expect(wild?.informationCoefficient.low).toBeLessThan(0.1);
    // Five rows say nothing.
    expect(others).toEqual([]);
  });

  it('of one regime that holds every row are the numbers of the whole', () => {
    const [all] = resultsByRegime([skilled], new Int8Array(1_300), NAMES, 1);
    const whole = evaluate(skilled);
    if (!whole.ok) throw new Error(whole.fault.message);
    for (const name of ['logLoss', 'brier', 'ece', 'directionalAccuracy', 'informationCoefficient'] as const)
      expect(all?.[name].value).toBeCloseTo(whole.value.metrics[name].value, 12);
  });

  it('over two paths is their mean, and the same seed gives the same bytes', () => {
    const [first] = resultsByRegime([skilled], regimeOf, NAMES, 1);
    const [second] = resultsByRegime([noise], regimeOf, NAMES, 1);
    const [both] = resultsByRegime([skilled, noise], regimeOf, NAMES, 1);
    expect(both?.logLoss.value).toBeCloseTo(((first?.logLoss.value ?? NaN) + (second?.logLoss.value ?? NaN)) / 2, 12);
    expect(resultsByRegime([skilled, noise], regimeOf, NAMES, 1)).toEqual(
      resultsByRegime([skilled, noise], regimeOf, NAMES, 1),
    );
    expect(resultsByRegime([], regimeOf, NAMES, 1)).toEqual([]);
  });
});
