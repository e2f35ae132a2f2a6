import type { ConfigFault } from './config-fault';
import type { ModelsConfig, NetsConfig } from './models-schema';

/** A fault of one net's block, its path relative to `models`. */
type NetCheck = (models: ModelsConfig, nets: NetsConfig) => readonly ConfigFault[];

/** What each net's sizes must agree on among themselves and with the window; the nets refuse the same when they are built. */
const SIZE_CHECKS: Partial<Record<keyof ModelsConfig, NetCheck>> = {
  transformer: ({ transformer }) => headFaults('transformer', transformer),
  tft: ({ tft }) => headFaults('tft', tft),
  patchtst: ({ patchtst }, nets) => [...headFaults('patchtst', patchtst), ...patchFaults(patchtst, nets)],
  inceptiontime: ({ inceptiontime }, nets) =>
    windowFaults('inceptiontime.kernelSizes', inceptiontime.kernelSizes, nets),
  nhits: ({ nhits }, nets) => windowFaults('nhits.poolings', nhits.poolings, nets),
};

/** Families that look at single bars: `nets` says nothing to them. */
export const ROW_FAMILIES: ReadonlySet<string> = new Set([
  'majority',
  'logistic',
  'lightgbm',
] satisfies (keyof ModelsConfig)[]);

/** Whether any enabled family looks at windows. */
export function enablesNets(models: ModelsConfig): boolean {
  return Object.entries(models).some(([name, { enabled }]) => enabled && !ROW_FAMILIES.has(name));
}

/** What is wrong with the enabled nets that can be known before any bar is read; nets that are not enabled are not looked at. */
export function netFaults(models: ModelsConfig, nets: NetsConfig): readonly ConfigFault[] {
  if (!enablesNets(models)) return [];
  const enabled = (Object.keys(models) as (keyof ModelsConfig)[]).filter((name) => models[name].enabled);
  const ofSizes = enabled.flatMap((name) => SIZE_CHECKS[name]?.(models, nets) ?? []);
  return [...ofSizes.map(({ path, message }) => ({ path: `models.${path}`, message })), ...batchFaults(nets)];
}

function headFaults(net: string, { width, heads }: { readonly width: number; readonly heads: number }): ConfigFault[] {
  if (width % heads === 0) return [];
  const message = `${String(heads)} heads cannot share a width of ${String(width)}; choose a width that is a multiple of them`;
  return [{ path: `${net}.heads`, message }];
}

function patchFaults({ patchLength, stride }: ModelsConfig['patchtst'], { lookback }: NetsConfig): ConfigFault[] {
  const faults: ConfigFault[] = [];
  if (patchLength > lookback) {
    const message = `a patch of ${String(patchLength)} bars is longer than nets.lookback, ${String(lookback)}; shorten it or lengthen the lookback`;
    faults.push({ path: 'patchtst.patchLength', message });
  }
  if (stride > patchLength) {
    const message = `a stride of ${String(stride)} leaves bars out between patches of ${String(patchLength)}; give at most ${String(patchLength)}`;
    faults.push({ path: 'patchtst.stride', message });
  }
  return faults;
}

function windowFaults(path: string, lengths: readonly number[], { lookback }: NetsConfig): ConfigFault[] {
  const tooLong = lengths.filter((length) => length > lookback);
  if (tooLong.length === 0) return [];
  const message = `${tooLong.join(', ')} is more than nets.lookback, ${String(lookback)} bars; give smaller ones or lengthen the lookback`;
  return [{ path, message }];
}

function batchFaults({ batchSize, minMicroBatch }: NetsConfig): ConfigFault[] {
  if (minMicroBatch <= batchSize) return [];
  const message = `${String(minMicroBatch)} is above nets.batchSize, ${String(batchSize)}; give at most that`;
  return [{ path: 'nets.minMicroBatch', message }];
}
