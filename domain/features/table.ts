import type { FeatureDeclaration } from './declaration';
import { BAR_FEATURES } from './families/bar-shape';
import { CALENDAR_FEATURES } from './families/calendar';
import { HIGHER_FEATURES } from './families/higher';
import { MOMENTUM_FEATURES } from './families/momentum';
import { RETURN_FEATURES } from './families/returns';
import { TREND_FEATURES } from './families/trend';
import { VOLATILITY_FEATURES } from './families/volatility';

/**
 * Every feature there is, in the order of the columns. All are causal (a value at bar t uses bars that have closed by t)
 * and free of scale: no price or volume level is a feature. Few on purpose; `docs/features.md` is generated from this.
 */
export const FEATURE_TABLE: readonly FeatureDeclaration[] = [
  ...RETURN_FEATURES,
  ...VOLATILITY_FEATURES,
  ...MOMENTUM_FEATURES,
  ...TREND_FEATURES,
  ...BAR_FEATURES,
  ...CALENDAR_FEATURES,
  ...HIGHER_FEATURES,
];
