import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArGarch } from '../../../domain/augment/ar-garch';
import { filterArGarch, fitArGarch } from '../../../domain/augment/ar-garch';
import { moves, simulateArGarch } from '../../../domain/augment/ar-garch-path';
import { logReturns } from '../../../domain/augment/bar-shapes';
import { randomFromSeed } from '../../../domain/core/random';
import {
  barsOf,
  clusteredReturns,
  keepsClustering,
  kurtosisOf,
  quantileOf,
  returnsOf,
  valueOf,
  wholeShapes,
} from './measures';

interface ArchCase {
  readonly name: string;
  readonly returns: readonly number[];
  readonly planted: ArGarch;
  readonly fitted: ArGarch;
  readonly standardErrors: ArGarch;
  readonly logLikelihood: number;
  readonly atPlanted: {
    readonly logLikelihood: number;
    readonly deviation: readonly number[];
    readonly innovation: readonly number[];
  };
}

const { cases } = JSON.parse(readFileSync(join(__dirname, '../../fixtures/augmentation.json'), 'utf8')) as {
  cases: readonly ArchCase[];
};
const NAMES = ['constant', 'ar', 'omega', 'alpha', 'beta', 'degrees'] as const;

describe.each(cases)('AR-GARCH of $name', ({ returns, planted, fitted, standardErrors, logLikelihood, atPlanted }) => {
  const series = Float64Array.from(returns);

  it('has the likelihood of arch at given parameters', () => {
    const filter = filterArGarch(series, planted);
    expect(filter.logLikelihood).toBeCloseTo(atPlanted.logLikelihood, 6);
    for (const [i, value] of atPlanted.deviation.entries()) expect(filter.deviation[i]! / value).toBeCloseTo(1, 9);
    for (const [i, value] of atPlanted.innovation.entries()) expect(filter.innovation[i]).toBeCloseTo(value, 8);
  });

  it('is fitted where arch fits it, and near what was planted', () => {
    const found = valueOf(fitArGarch(series));
    expect(filterArGarch(series, found).logLikelihood).toBeGreaterThan(logLikelihood - 1e-3);
    for (const name of NAMES) {
      expect(Math.abs(found[name] - fitted[name]) / standardErrors[name]).toBeLessThan(0.05);
      expect(Math.abs(found[name] - planted[name]) / standardErrors[name]).toBeLessThan(3);
    }
  });

  it('asks for no unit', () => {
    const found = valueOf(fitArGarch(series));
    const inPercent = valueOf(fitArGarch(series.map((value) => 100 * value)));
    expect(inPercent.alpha).toBeCloseTo(found.alpha, 4);
    expect(inPercent.omega / 1e4 / found.omega).toBeCloseTo(1, 3);
  });

  it('gives paths from which the same model is found', () => {
    const next = moves(planted, randomFromSeed(4));
    for (let i = 0; i < 500; i += 1) next();
    const path = Float64Array.from({ length: 20_000 }, () => next().move);
    const found = valueOf(fitArGarch(path));
    const shrink = Math.sqrt(series.length / path.length);
    for (const name of NAMES) {
      expect(Math.abs(found[name] - planted[name])).toBeLessThan(4 * shrink * standardErrors[name]);
    }
  });
});

describe('paths of AR-GARCH', () => {
  const shapes = wholeShapes(barsOf(clusteredReturns(20_000, 7)));
  const returns = logReturns(shapes);
  const path = returnsOf(valueOf(simulateArGarch(shapes, randomFromSeed(2))));

  it('keep clusters and tails of the returns', () => {
    expect(keepsClustering(returns, path, 20, 0.1)).toBe(true);
    expect(kurtosisOf(path)).toBeGreaterThan(4);
    for (const share of [0.01, 0.05, 0.95, 0.99]) {
      expect(Math.abs(quantileOf(path, share) / quantileOf(returns, share) - 1)).toBeLessThan(0.25);
    }
  });

  it('have wicks as long as their bars are, as the training bars had', () => {
    const wide = ({ above, below, body, gap }: typeof shapes): number => {
      const range = above.map((value, i) => value + below[i]! + Math.abs(body[i]!));
      const move = gap.map((value, i) => Math.abs(value + body[i]!));
      return range.reduce((sum, value) => sum + value, 0) / move.reduce((sum, value) => sum + value, 0);
    };
    const drawn = wholeShapes(valueOf(simulateArGarch(shapes, randomFromSeed(2))));
    expect(wide(drawn) / wide(shapes)).toBeGreaterThan(0.9);
    expect(wide(drawn) / wide(shapes)).toBeLessThan(1.1);
  });

  it('are not made of a few returns or of a price that stands still', () => {
    for (const bad of [clusteredReturns(200, 1), new Float64Array(600)]) {
      const refused = fitArGarch(bad);
      expect(refused.ok ? '' : refused.fault.code).toBe('InvalidAugmentation');
      expect(refused.ok ? '' : refused.fault.message).toContain(`there are ${String(bad.length)} in training`);
    }
  });
});
