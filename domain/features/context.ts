import type { FeatureContext } from './declaration';

/** Bars of the first higher timeframe in one of the second, where nothing else is said: four hours make a day of six. */
const SECOND_BY_FIRST = 6;

/** Settings of features as a configuration or a bundle holds them; what an older one does not know has its default. */
export interface FeatureSettings {
  readonly higherTimeframeMultiple: number;
  /** null: six times the first. */
  readonly higherTimeframeMultiple2?: number | null | undefined;
}

/**
 * What the kernels of a series are built from. `fracDiff` is what was fitted on the first training part, null: nothing;
 * `cross` are the symbols beside it.
 */
export function featureContext(
  { higherTimeframeMultiple, higherTimeframeMultiple2 }: FeatureSettings,
  timeframeMs: number,
  { fracDiff = null, cross = [] }: Partial<Pick<FeatureContext, 'fracDiff' | 'cross'>> = {},
): FeatureContext {
  return {
    timeframeMs,
    higherTimeframeMultiple,
    higherTimeframeMultiple2: higherTimeframeMultiple2 ?? SECOND_BY_FIRST * higherTimeframeMultiple,
    fracDiff,
    cross,
  };
}
