import type { FeatureDeclaration, FeatureFamily, FeatureKernel, FeatureMemory } from '../declaration';
import { at } from '../numeric';

type Named = Pick<FeatureDeclaration, 'name' | 'definition' | 'source'> & {
  /** The first row with a value. */
  readonly firstBar: number;
};

/** A feature of the closes alone: an indicator that takes one close after another. */
export function closeFeature(
  family: FeatureFamily,
  memory: FeatureMemory,
  { name, definition, source, firstBar }: Named,
  build: () => { push(close: number): number },
): FeatureDeclaration {
  return baseFeature(family, memory, ['close'], { name, definition, source, firstBar }, () => {
    const indicator = build();
    return { push: (bars, row) => indicator.push(at(bars.close, row)) };
  });
}

/** A feature of highs, lows and closes: an indicator that takes one bar after another. */
export function rangeFeature(
  family: FeatureFamily,
  memory: FeatureMemory,
  named: Named,
  build: () => { push(high: number, low: number, close: number): number },
): FeatureDeclaration {
  return baseFeature(family, memory, ['high', 'low', 'close'], named, () => {
    const indicator = build();
    return { push: (bars, row) => indicator.push(at(bars.high, row), at(bars.low, row), at(bars.close, row)) };
  });
}

/** A feature of the bars of the series itself, with a first value that does not depend on how they fall in time. */
export function baseFeature(
  family: FeatureFamily,
  memory: FeatureMemory,
  inputs: FeatureDeclaration['inputs'],
  { name, definition, source, firstBar }: Named,
  create: (context: Parameters<FeatureDeclaration['create']>[0]) => FeatureKernel,
): FeatureDeclaration {
  return {
    name,
    family,
    inputs,
    warmUp: { kind: 'exact', bars: firstBar },
    memory,
    timeframe: 'base',
    definition,
    source,
    create,
  };
}
