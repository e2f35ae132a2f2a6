import type { NetDefinition, NetPlan, WindowShape } from '../../domain/models/nets/contract';
import type { LstmMambaSizes } from '../../domain/models/nets/lstm-mamba';
import type { MambaSizes } from '../../domain/models/nets/mamba';
import type { PatchTstSizes } from '../../domain/models/nets/patchtst';
import { NET_DEFINITIONS } from '../../domain/models/nets/registry';
import type { TcnSizes } from '../../domain/models/nets/tcn';
import type { TransformerSizes } from '../../domain/models/nets/transformer';
import { DEFAULT_CONFIG } from '../../shared/contracts/config/defaults';
import { planFullMamba } from '../scans/mamba-variants';
import { planWholePatchTst, planWholeTransformer } from './whole-encoders';
import { planWholeLstmMamba, planWholeTcn } from './whole-sequences';

/** Nets that compute all steps of all layers, as the peers do, where the product computes what the last step needs. */
const WHOLE: Readonly<Record<string, (sizes: unknown, window: WindowShape) => NetPlan>> = {
  tcn: (sizes, window) => planWholeTcn(sizes as TcnSizes, window),
  transformer: (sizes, window) => planWholeTransformer(sizes as TransformerSizes, window),
  patchtst: (sizes, window) => planWholePatchTst(sizes as PatchTstSizes, window),
  mamba: (sizes, window) => planFullMamba(sizes as MambaSizes, window),
  'lstm-mamba': (sizes, window) => planWholeLstmMamba(sizes as LstmMambaSizes, window),
};

export const WHOLE_FAMILIES: readonly string[] = Object.keys(WHOLE);

/** A family, computed as in the product (`default`) or whole (`whole`), and its default sizes without dropout. */
export function benchNet(family: string, form: string): { readonly definition: NetDefinition; readonly sizes: object } {
  const known = NET_DEFINITIONS.find(({ name }) => name === family);
  if (known === undefined) {
    throw new RangeError(`There is no net '${family}', but ${NET_DEFINITIONS.map(({ name }) => name).join(', ')}.`);
  }
  const sizes = { ...(DEFAULT_CONFIG.models as Readonly<Record<string, object>>)[family], dropout: 0 };
  if (form === 'default') return { definition: known, sizes };
  const plan = WHOLE[family];
  if (plan === undefined || form !== 'whole') throw new RangeError(`'${family}' has no form '${form}'.`);
  return { definition: { ...known, plan }, sizes };
}
