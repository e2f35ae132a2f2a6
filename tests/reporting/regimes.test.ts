import type { RegimeResult } from '../../domain/core/evaluation';
import { regimeReliabilityOption } from '../../reporting/charts/regime-reliability';
import { LEAST_BIN_ROWS } from '../../reporting/charts/reliability-parts';
import { renderReport } from '../../reporting/report';
import { fakeRunRecord } from '../support/run-record';

const metric = { value: 0.0421, low: 0.0112, high: 0.0733 };
const share = (meanForecast: number, observedShare: number) => ({ meanForecast, observedShare });
const bin = (low: number, count: number, mean: number, observed: number) => ({
  ...{ low, high: low + 0.1, count },
  ...share(mean, observed),
});

const OLD: RegimeResult = {
  ...{ regime: 'wild-up', rows: 1234, logLoss: metric, brier: metric, ece: metric },
  ...{ directionalAccuracy: metric, informationCoefficient: metric },
};
const REGIME: RegimeResult = {
  ...OLD,
  sharpe: { value: 1.234, low: -0.51, high: 2.9 },
  days: 211,
  calibration: {
    confidence: [bin(0.3, 800, 0.36, 0.31), bin(0.4, 420, 0.44, 0.29), bin(0.5, LEAST_BIN_ROWS - 1, 0.52, 0.9)],
    classes: { down: share(0.31, 0.4), timeout: share(0.33, 0.3), up: share(0.36, 0.3) },
  },
};

function textWith(regimes: readonly RegimeResult[]): string {
  const record = fakeRunRecord({ symbols: 1, horizons: [20] });
  const symbols = record.symbols.map((symbol) => ({
    ...symbol,
    models: symbol.models.map((model) => ({ ...model, evaluation: { ...model.evaluation, regimes } })),
  }));
  return renderReport({ ...record, symbols })
    .replace(/<(?:title|desc)[^>]*>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('what a reader is told of a regime', () => {
  it('its Sharpe ratio with interval and days, and what was forecast beside what came', () => {
    const text = textWith([REGIME, { ...REGIME, regime: 'calm-flat', sharpe: null }]);
    expect(text).toContain('4.2 % [1.1 %, 7.3 %] 211 1.23 [−0.51, 2.90]');
    expect(text).toContain('calm-flat 1,234');
    expect(text).toContain('4.2 % [1.1 %, 7.3 %] 211 –');
    expect(text).toContain('wild-up 31.0 % came 40.0 % 33.0 % came 30.0 % 36.0 % came 30.0 %');
    expect(text).toContain('wild-up: 36.0 % came true 31.0 %, 44.0 % came true 29.0 %');
  });

  it('of an evaluation of before, what it has', () => {
    const text = textWith([OLD]);
    expect(text).toContain('4.2 % [1.1 %, 7.3 %] – –');
    expect(text).not.toContain('Reliability by regime');
  });
});

it('a curve of a regime leaves out bins of few rows, and stays inside its axes', () => {
  const option = regimeReliabilityOption([{ label: 'wild-up', bins: REGIME.calibration?.confidence ?? [] }]);
  const [, curve] = option.series as { readonly name: string; readonly data: readonly (readonly number[])[] }[];
  expect(curve).toMatchObject({
    name: 'wild-up',
    data: [
      [0.36, 0.31],
      [0.44, 0.29],
    ],
  });
  const { min, max } = option.xAxis as { readonly min: number; readonly max: number };
  expect(min).toBeLessThanOrEqual(0.29);
  expect(max).toBeGreaterThanOrEqual(0.44);
});
