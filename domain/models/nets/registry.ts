import type { NetDefinition } from './contract';
import { inceptiontime } from './inceptiontime';
import { mlp } from './mlp';
import { nbeats } from './nbeats';
import { nhits } from './nhits';

/** Every net there is, in the order in which reports name them. */
export const NET_DEFINITIONS: readonly NetDefinition[] = [mlp, nhits, nbeats, inceptiontime];
