import type { SymbolConfig } from '../../shared/contracts/config/schema';
import { omit } from './fit-recipe';

/**
 * What of the section changes a label. Weights are made at the fits; of a search only what it found counts. What came later
 * is left out where it is off: keys of before there was any stay what they are.
 */
export function labelMaterial(labels: SymbolConfig['labels']): unknown {
  const { minReturnBps, meta, kind, trend } = labels;
  return {
    ...omit(labels, ['weights', 'search', 'minReturnBps', 'meta', 'kind', 'trend']),
    ...(minReturnBps > 0 ? { minReturnBps } : {}),
    ...(meta === null ? {} : { meta }),
    ...(kind === 'tripleBarrier' ? {} : { kind, trend }),
  };
}
