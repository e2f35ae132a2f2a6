import type { BarColumns } from '../../core/bars';
import type { FeatureContext, FeatureDeclaration, FeatureFamily, FeatureMemory } from '../declaration';
import type { SharedColumns } from '../shared-columns';

export type Named = Pick<FeatureDeclaration, 'name' | 'definition' | 'source'> & {
  /** The first row with a value. */
  readonly firstBar: number;
};

type Fill = (bars: BarColumns) => Float64Array;

/** A feature of the closes alone: an indicator over their column. */
export function closeFeature(
  family: FeatureFamily,
  memory: FeatureMemory,
  named: Named,
  build: () => { fill(close: Float64Array): Float64Array },
): FeatureDeclaration {
  return baseFeature(family, memory, ['close'], named, () => {
    const indicator = build();
    return ({ close }) => indicator.fill(close);
  });
}

/** A feature of the bars of the series itself, with a first value that does not depend on how they fall in time. */
export function baseFeature(
  family: FeatureFamily,
  memory: FeatureMemory,
  inputs: FeatureDeclaration['inputs'],
  { name, definition, source, firstBar }: Named,
  create: (shared: SharedColumns, context: FeatureContext) => Fill,
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
    create: (context, shared) => ({ fill: create(shared, context) }),
  };
}
