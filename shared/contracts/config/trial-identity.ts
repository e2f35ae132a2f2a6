import { labelIdentity } from './label-identity';
import { ROW_FAMILIES } from './net-faults';
import { modelIdentity, type ModelFamilyName } from './models-schema';
import type { RunConfig, SourceConfig, SymbolConfig } from './schema';

/** What the default name of a study is made from: the source as it was asked for. */
export function studyIdentity({ source }: Pick<RunConfig, 'source'>): SourceConfig {
  return source;
}

/**
 * Every setting that changes what a model of this family and horizon learns or trades: two trials with the same are one
 * configuration, on whatever bars they were evaluated. How intervals are drawn, how work is spread and which other
 * families run beside it change nothing and are not in it. A net may share what it learns among the horizons, and
 * features are selected with the labels of all, so all of them stand in such an identity; other fits see their own only.
 */
export function configurationIdentity(
  { source, seed }: Pick<RunConfig, 'source' | 'seed'>,
  symbol: SymbolConfig,
  { family, horizonBars }: { readonly family: ModelFamilyName; readonly horizonBars: number },
): unknown {
  const { clean, features, splits, select, scaling, augmentation, models, nets, calibration, backtest } = symbol;
  const { labels } = symbol;
  const isNet = !ROW_FAMILIES.has(family);
  const horizons = labels.horizons.filter(({ bars }) => isNet || select.enabled || bars === horizonBars);
  return {
    source,
    seed,
    clean,
    features,
    labels: { ...labelIdentity(labels), horizons },
    splits,
    // Left out where they change nothing: trials of before there were any stay what they are.
    ...(select.enabled ? { select } : {}),
    ...(scaling === 'standard' ? {} : { scaling }),
    ...(augmentation.kind === 'none' ? {} : { augmentation }),
    model: modelIdentity(models[family]),
    nets: isNet ? { ...nets, checkpointSeconds: null, minMicroBatch: null, device: null } : null,
    calibration,
    backtest,
  };
}
