import type { Result } from '../../domain/core/result';
import { fail } from '../../domain/core/result';
import type { RowRange } from '../../domain/core/rows';
import { firstTrainingPart } from '../../domain/splits/first-training-part';
import { enablesNets } from '../../shared/contracts/config/net-faults';
import { longestLabelBars } from '../../shared/contracts/config/resolve';
import type { SymbolConfig } from '../../shared/contracts/config/schema';
import { unwrap } from './stage-fault';

/** Where nets are trained every part must hold one window at least, or they would fail after all other fits were done. */
export function splitSettings({ splits, models, nets }: SymbolConfig): SymbolConfig['splits'] {
  if (!enablesNets(models)) return splits;
  return { ...splits, minPartRows: Math.max(splits.minPartRows, nets.lookback) };
}

/** What the folds follow from: of the schemes only the settings of the one that is used. */
export function schemeSettings(config: SymbolConfig): object {
  const { scheme, holdout, walkForward, groups, ...rest } = splitSettings(config);
  const { testGroups, ...ofKFold } = groups;
  switch (scheme) {
    case 'holdout':
      return { scheme, holdout, ...rest };
    case 'walkForward':
      return { scheme, walkForward, ...rest };
    case 'purgedKFold':
      return { scheme, groups: ofKFold, ...rest };
    case 'cpcv':
      return { scheme, groups: { ...ofKFold, testGroups }, ...rest };
  }
}

/** A person who gave a smaller `minPartRows` is told where the larger one comes from. */
export function sayingWhy<T>(result: Result<T>, config: SymbolConfig): Result<T> {
  if (result.ok || splitSettings(config).minPartRows === config.splits.minPartRows) return result;
  const { code, message, details } = result.fault;
  const { lookback } = config.nets;
  const why = `a part must hold one window of nets.lookback, ${String(lookback)} bars: shorten that, or leave the nets out`;
  return fail(code, `${message} (${why})`, details);
}

/** The rows on which whatever is fitted once a symbol is fitted. `time` is that of all bars. */
export function firstPartOf(time: Float64Array, config: SymbolConfig): RowRange {
  const found = firstTrainingPart(time, splitSettings(config), longestLabelBars(config.labels));
  return unwrap(sayingWhy(found, config));
}
