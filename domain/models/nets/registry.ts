import type { NetDefinition } from './contract';
import { gru } from './gru';
import { inceptiontime } from './inceptiontime';
import { lstm } from './lstm';
import { lstmMamba } from './lstm-mamba';
import { mamba } from './mamba';
import { mlp } from './mlp';
import { nbeats } from './nbeats';
import { nhits } from './nhits';
import { patchtst } from './patchtst';
import { tcn } from './tcn';
import { tft } from './tft';
import { transformer } from './transformer';

/** Every net there is, in the order of the configuration, in which reports name them. */
export const NET_DEFINITIONS: readonly NetDefinition[] = [
  mlp,
  lstm,
  gru,
  tcn,
  transformer,
  patchtst,
  mamba,
  nhits,
  tft,
  nbeats,
  inceptiontime,
  lstmMamba,
];
