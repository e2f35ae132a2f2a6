import { omit } from '../../../activities/support/fit-recipe';
import { NET_DEFINITIONS } from '../../../domain/models/nets/registry';
import { resolveConfig } from '../../../shared/contracts/config/resolve';
import type { ModelsConfig, NetsConfig } from '../../../shared/contracts/config/models-schema';
import { DEFAULT_CONFIG } from '../../../shared/contracts/config/defaults';

type Family = keyof ModelsConfig;

interface Case {
  readonly family: Family;
  readonly sizes: Readonly<Record<string, unknown>>;
  readonly nets?: Partial<NetsConfig>;
  readonly path: string;
  readonly says: string;
}

/** Sizes that no net can be built of, and where and how they are refused. */
const IMPOSSIBLE: readonly Case[] = [
  { family: 'transformer', sizes: { width: 30 }, path: 'models.transformer.heads', says: '4 heads cannot share' },
  { family: 'patchtst', sizes: { heads: 3 }, path: 'models.patchtst.heads', says: '3 heads cannot share' },
  { family: 'tft', sizes: { heads: 5 }, path: 'models.tft.heads', says: '5 heads cannot share' },
  {
    ...{ family: 'patchtst', sizes: {}, nets: { lookback: 8 } },
    ...{ path: 'models.patchtst.patchLength', says: 'a patch of 12 bars is longer than nets.lookback, 8' },
  },
  { family: 'patchtst', sizes: { stride: 13 }, path: 'models.patchtst.stride', says: 'a stride of 13 leaves bars out' },
  {
    ...{ family: 'inceptiontime', sizes: {}, nets: { lookback: 12 } },
    ...{ path: 'models.inceptiontime.kernelSizes', says: '19, 39 is more than nets.lookback, 12 bars' },
  },
  { family: 'nhits', sizes: { poolings: [61, 4] }, path: 'models.nhits.poolings', says: '61 is more than' },
];

function faultsOf(input: unknown): readonly { path: string; message: string }[] {
  const resolved = resolveConfig(input);
  return resolved.ok ? [] : resolved.faults;
}

function plan({ family, sizes, nets }: Pick<Case, 'family' | 'sizes' | 'nets'>): void {
  const definition = NET_DEFINITIONS.find(({ name }) => name === family);
  const own = omit(DEFAULT_CONFIG.models[family] as Record<string, unknown>, ['enabled', 'learningRate']);
  definition?.plan({ ...own, ...sizes }, { lookback: nets?.lookback ?? 60, features: 5 });
}

describe('sizes of an enabled net', () => {
  it.each(IMPOSSIBLE)('that cannot be are refused at $path: $says', (one) => {
    const { family, sizes, nets = {}, path, says } = one;
    expect(() => plan(one)).toThrow(RangeError);
    const faults = faultsOf({ models: { [family]: { ...sizes, enabled: true } }, nets });
    expect(faults).toEqual([{ path, message: expect.stringContaining(says) as string }]);
    expect(faultsOf({ models: { [family]: sizes }, nets })).toEqual([]);
  });

  it('are refused for a single symbol too, under its path', () => {
    const perSymbol = { THIN: { nets: { lookback: 5 } } };
    const faults = faultsOf({ models: { patchtst: { enabled: true } }, perSymbol });
    expect(faults.map(({ path }) => path)).toEqual(['perSymbol.THIN.models.patchtst.patchLength']);
  });

  it('are sound by default, for every net', () => {
    for (const { name } of NET_DEFINITIONS) {
      expect(() => plan({ family: name as Family, sizes: {} })).not.toThrow();
      expect(faultsOf({ models: { [name]: { enabled: true } } })).toEqual([]);
    }
  });
});

describe('the least micro-batch', () => {
  it('is refused above the batch, where a net is enabled', () => {
    const nets = { batchSize: 16, minMicroBatch: 17 };
    expect(faultsOf({ nets })).toEqual([]);
    expect(faultsOf({ nets, models: { mlp: { enabled: true } } })).toEqual([
      { path: 'nets.minMicroBatch', message: '17 is above nets.batchSize, 16; give at most that' },
    ]);
  });

  it.each(['batchSize', 'lookback', 'minMicroBatch', 'maxEpochs', 'patience'])('of nets.%s zero is refused', (name) => {
    expect(faultsOf({ nets: { [name]: 0 } }).map(({ path }) => path)).toContain(`nets.${name}`);
  });
});
