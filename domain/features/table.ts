import type { FeatureDeclaration } from './declaration';
import { BAR_FEATURES } from './families/bar-shape';
import { CALENDAR_FEATURES } from './families/calendar';
import { HIGHER_FEATURES } from './families/higher';
import { MOMENTUM_FEATURES } from './families/momentum';
import { OSCILLATOR_FEATURES } from './families/oscillators';
import { REGIME_FEATURES } from './families/regime';
import { RETURN_FEATURES } from './families/returns';
import { TREND_FEATURES } from './families/trend';
import { VOLATILITY_FEATURES } from './families/volatility';
import { VOLUME_FEATURES } from './families/volume';

/**
 * Every feature of a series by itself, in the order of the columns. All are causal (a value at bar t uses bars that have
 * closed by t) and free of scale: no price or volume level is a feature. Candidates: which of them a model is given is
 * decided on the first training part. `docs/features.md` is generated from this.
 */
export const FEATURE_TABLE: readonly FeatureDeclaration[] = [
  ...RETURN_FEATURES,
  ...VOLATILITY_FEATURES,
  ...VOLUME_FEATURES,
  ...MOMENTUM_FEATURES,
  ...OSCILLATOR_FEATURES,
  ...TREND_FEATURES,
  ...BAR_FEATURES,
  ...CALENDAR_FEATURES,
  ...REGIME_FEATURES,
  ...HIGHER_FEATURES,
];
