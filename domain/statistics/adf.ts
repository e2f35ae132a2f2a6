import { normalCdf } from '../core/normal';
import { fitLast, gramOfDifferences, nestedResiduals, type Deterministic } from './adf-regression';

/** What the series is tested against: standing about a level, or about a straight line. */
export type AdfTrend = 'constant' | 'constantAndTrend';

export interface AdfOptions {
  /** Default 'constant'. */
  readonly trend?: AdfTrend;
  /** Most lagged differences tried; default ⌈12·(n/100)^¼⌉ (Schwert 1989), cut to what the length allows. */
  readonly maxLag?: number;
}

export interface AdfTest {
  /** t value of the lagged level; the further below zero, the less like a random walk. */
  readonly statistic: number;
  /** MacKinnon's approximate p value (1994) of a unit root: small means stationary. */
  readonly pValue: number;
  /** Lagged differences in the regression, chosen by AIC. */
  readonly lags: number;
  /** Rows of the regression. */
  readonly rows: number;
  /** MacKinnon's critical values (2010) for this number of rows; a statistic below one rejects the unit root. */
  readonly critical: Readonly<Record<'1%' | '5%' | '10%', number>>;
}

/**
 * The augmented Dickey–Fuller test: the null hypothesis is a unit root (a random walk), rejected for small p.
 *
 * The regression Δx(t) = α [+ βt] + γ·x(t-1) + Σ δᵢ·Δx(t-i) + ε, its number of lags chosen by AIC on the rows that the
 * longest allows, then fitted again on all rows, as in statsmodels' `adfuller`, which it agrees with. Linear in
 * the length times the lags: products of lagged differences follow from one another.
 *
 * @param series finite values in time order, any unit
 * @returns null where nothing is defined: too short, a value that is not finite, constant or perfectly predictable
 */
export function adfTest(series: Float64Array, options: AdfOptions = {}): AdfTest | null {
  const trend = options.trend ?? 'constant';
  const deterministic: Deterministic = trend === 'constant' ? 1 : 2;
  const allowed = Math.floor(series.length / 2) - deterministic - 1;
  const longest = Math.min(options.maxLag ?? Math.ceil(12 * (series.length / 100) ** 0.25), allowed);
  if (longest < 0 || !series.every(Number.isFinite)) return null;
  const lags = lagsByAic(series, deterministic, longest);
  if (lags === null) return null;
  const rows = series.length - 1 - lags;
  const fit = fitLast(gramOfDifferences(series, deterministic, lags, 'levelLast'), rows);
  if (fit === null) return null;
  return { statistic: fit.t, pValue: unitRootP(fit.t, trend), lags, rows, critical: criticalValues(trend, rows) };
}

/** The number of lags with the smallest AIC = n·ln(SSR/n) + 2k, all of them judged on the same rows. */
function lagsByAic(series: Float64Array, deterministic: Deterministic, longest: number): number | null {
  const rows = series.length - 1 - longest;
  const residuals = nestedResiduals(gramOfDifferences(series, deterministic, longest, 'levelFirst'), deterministic + 1);
  let best: { readonly lags: number; readonly aic: number } | null = null;
  for (const [lags, sum] of residuals.entries()) {
    const aic = rows * Math.log(sum / rows) + 2 * (deterministic + 1 + lags);
    if (Number.isFinite(aic) && (best === null || aic < best.aic)) best = { lags, aic };
  }
  return best?.lags ?? null;
}

function unitRootP(t: number, trend: AdfTrend): number {
  const surface = P_SURFACES[trend];
  if (t > surface.highest) return 1;
  if (t < surface.lowest) return 0;
  return normalCdf(power(t <= surface.split ? surface.below : surface.above, t));
}

function criticalValues(trend: AdfTrend, rows: number): AdfTest['critical'] {
  const at = (coefficients: readonly number[]): number => power(coefficients, 1 / rows);
  const surface = CRITICAL_SURFACES[trend];
  return { '1%': at(surface['1%']), '5%': at(surface['5%']), '10%': at(surface['10%']) };
}

/** A polynomial with coefficients in ascending powers. */
function power(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

/** MacKinnon (1994), table of the asymptotic distribution for one series: Φ of a polynomial in the statistic. */
const P_SURFACES = {
  constant: {
    split: -1.61,
    lowest: -18.83,
    highest: 2.74,
    below: [2.1659, 1.4412, 0.038269],
    above: [1.7339, 0.93202, -0.12745, -0.010368],
  },
  constantAndTrend: {
    split: -2.89,
    lowest: -16.18,
    highest: 0.7,
    below: [3.2512, 1.6047, 0.049588],
    above: [2.5261, 0.61654, -0.37956, -0.060285],
  },
} as const;

/** MacKinnon (2010), table 2: critical values as polynomials in 1/rows. */
const CRITICAL_SURFACES = {
  constant: {
    '1%': [-3.43035, -6.5393, -16.786, -79.433],
    '5%': [-2.86154, -2.8903, -4.234, -40.04],
    '10%': [-2.56677, -1.5384, -2.809, 0],
  },
  constantAndTrend: {
    '1%': [-3.95877, -9.0531, -28.428, -134.155],
    '5%': [-3.41049, -4.3904, -9.036, -45.374],
    '10%': [-3.12705, -2.5856, -3.925, -22.38],
  },
} as const;
