import { labelIdentity } from '../../shared/contracts/config/label-identity';
import type { SymbolConfig } from '../../shared/contracts/config/schema';
import { omit } from './fit-recipe';

/** What of the section changes a label. Weights are made at the fits; of a search only what it found counts. */
export function labelMaterial(labels: SymbolConfig['labels']): unknown {
  return omit(labelIdentity(labels), ['weights', 'search']);
}
