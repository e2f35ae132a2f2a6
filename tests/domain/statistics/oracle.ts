import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AdfTest, AdfTrend } from '../../../domain/statistics/adf';

export interface AdfCase extends AdfTest {
  readonly name: string;
  readonly trend: AdfTrend;
  readonly maxLag: number | null;
}

export interface SharpeCase {
  readonly returns: readonly number[];
  readonly benchmark: number;
  readonly trials: number;
  readonly variance: number;
  readonly sharpe: number;
  readonly skew: number;
  readonly kurtosis: number;
  readonly psr: number;
  readonly sr0: number;
  readonly dsr: number;
  readonly minTrl: number | null;
}

export interface PboCase {
  readonly returns: readonly (readonly number[])[];
  readonly blocks: number;
  readonly pbo: number;
  readonly lossProbability: number;
  /** Ascending. */
  readonly logits: readonly number[];
}

export interface BreakCase {
  readonly name: string;
  readonly series: readonly number[];
  readonly cusum: number;
  readonly cusumP: number;
  readonly cusumAt: number;
  readonly supF: number;
  readonly supFAt: number;
}

/** Written by tests/oracles/statistics.py with statsmodels, SciPy and NumPy. */
export const oracle = JSON.parse(readFileSync(join(__dirname, '../../fixtures/statistics.json'), 'utf8')) as {
  readonly normal: {
    readonly cdf: readonly { readonly x: number; readonly p: number }[];
    readonly quantile: readonly { readonly x: number; readonly p: number }[];
  };
  readonly acf: { readonly series: string; readonly values: readonly number[] };
  readonly adf: { readonly series: Readonly<Record<string, readonly number[]>>; readonly cases: readonly AdfCase[] };
  readonly sharpe: readonly SharpeCase[];
  readonly pbo: readonly PboCase[];
  readonly breaks: readonly BreakCase[];
};

/** One of the oracle's series by its name. */
export function oracleSeries(name: string): Float64Array {
  return Float64Array.from(oracle.adf.series[name] ?? []);
}
