import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AdfTest, AdfTrend } from '../../../domain/statistics/adf';

export interface AdfCase extends AdfTest {
  readonly name: string;
  readonly trend: AdfTrend;
  readonly maxLag: number | null;
}

/** Written by tests/oracles/statistics.py with statsmodels, SciPy and NumPy. */
export const oracle = JSON.parse(readFileSync(join(__dirname, '../../fixtures/statistics.json'), 'utf8')) as {
  readonly normal: {
    readonly cdf: readonly { readonly x: number; readonly p: number }[];
    readonly quantile: readonly { readonly x: number; readonly p: number }[];
  };
  readonly acf: { readonly series: string; readonly values: readonly number[] };
  readonly adf: { readonly series: Readonly<Record<string, readonly number[]>>; readonly cases: readonly AdfCase[] };
};

/** One of the oracle's series by its name. */
export function oracleSeries(name: string): Float64Array {
  return Float64Array.from(oracle.adf.series[name] ?? []);
}
