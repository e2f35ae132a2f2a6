import type { SplitSettings } from '../../domain/splits/settings';
import type { SymbolConfig } from '../../shared/contracts/config/schema';
import { longestLabelBars } from '../../shared/contracts/config/resolve';
import type { StageMaterial } from '../../shared/store/stage-cache';

/** The settings that fix the first training part, and no others: what is fitted on it has them in its key. */
export function firstPartMaterial({ splits, labels }: Pick<SymbolConfig, 'splits' | 'labels'>): StageMaterial {
  return {
    scheme: splits.scheme,
    length: lengthOf(splits),
    purgeBars: splits.purgeBars,
    longestLabelBars: longestLabelBars(labels),
  };
}

function lengthOf({ scheme, holdout, walkForward, groups }: SplitSettings): number {
  switch (scheme) {
    case 'holdout':
      return holdout.train;
    case 'walkForward':
      return walkForward.firstTrainDays;
    case 'purgedKFold':
    case 'cpcv':
      return groups.prologueShare;
  }
}
