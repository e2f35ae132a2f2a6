import { createControlActivities } from '../../activities';
import type { PrepareRunInput } from '../../activities/types';
import { runConfigSchema } from '../../shared/contracts/config/schema';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { createGeneratedSource } from '../../shared/sources/generated';
import { openStore } from '../../shared/store/open-store';
import { createMemoryObjectStore } from '../support/memory-object-store';
import { STORE_ID, asActivity, configOf, failureOf } from './bench';

const STARTED_AT_MS = Date.UTC(2026, 0, 5, 4);

function openControl() {
  const store = openStore(createMemoryObjectStore(), () => undefined);
  const activities = createControlActivities({
    store,
    storeId: STORE_ID,
    source: ({ source }) => {
      if (source.kind !== 'generated') throw new Error('these tests have generated bars only');
      return createGeneratedSource(source);
    },
    environment: {},
    renderReport: () => Promise.resolve(''),
  });
  const prepare = (input: unknown, given: Partial<PrepareRunInput> = {}) =>
    asActivity(() =>
      activities.prepareRun({ runId: 'run-1', storeId: null, input, startedAtMs: STARTED_AT_MS, ...given }),
    );
  return { store, prepare };
}

/** The paths of the faults that a run is refused for. */
async function faultPaths(input: unknown): Promise<readonly string[]> {
  const { store, prepare } = openControl();
  const failure = await failureOf(prepare(input));
  expect(failure).toMatchObject({ type: 'InvalidConfig', nonRetryable: true });
  expect(await store.objects.list('blobs/')).toEqual([]);
  const [first] = failure.details as { details: { faults: { path: string; message: string }[] } }[];
  const faults = first?.details.faults ?? [];
  for (const { path, message } of faults) expect(failure.message).toContain(`${path}: ${message}`);
  return faults.map(({ path }) => path).sort();
}

describe('preparing a run', () => {
  it('says which symbols have a stage that not every symbol has', async () => {
    const planned = async (input: unknown) => (await openControl().prepare(input)).optionalStages;
    expect(await planned({ select: { enabled: true } })).toEqual({ select: 'all' });
    expect(await planned({ preset: 'standard' })).toMatchObject({ diagnose: 'all', select: 'all' });
    const perSymbol = (enabled: boolean) => ({ perSymbol: { GEN02: { select: { enabled } } } });
    expect(await planned(perSymbol(true))).toEqual({ select: ['GEN02'] });
    expect(await planned({ select: { enabled: true }, ...perSymbol(false) })).toEqual({
      select: ['GEN01', 'GEN03', 'GEN04'],
    });
    expect(await planned(perSymbol(false))).toBeUndefined();
    expect(await planned({ symbols: ['GEN02'], ...perSymbol(true) })).toEqual({ select: 'all' });
  });

  it('makes the demonstration of no input at all', async () => {
    const { store, prepare } = openControl();
    const plan = await prepare(undefined);
    expect(plan).toEqual({
      config: expect.objectContaining({ kind: ARTIFACT_KINDS.config.kind }) as unknown,
      storeId: STORE_ID,
      asOfMs: STARTED_AT_MS,
      symbols: ['GEN01', 'GEN02', 'GEN03', 'GEN04'],
      maxParallelSymbols: 4,
      successQuorum: 0.5,
      limits: { heartbeatMs: 10_000, stageMs: 21_600_000 },
      from: null,
      until: null,
    });
    const config = await store.artifacts.getJson(plan.config, ARTIFACT_KINDS.config);
    expect(runConfigSchema.parse(config)).toEqual(configOf({}));
  });

  it('takes the as-of instant of the configuration where it names one', async () => {
    const { prepare } = openControl();
    const { asOfMs } = await prepare({ asOf: '2024-02-29T01:30:00+02:00' });
    expect(new Date(asOfMs).toISOString()).toBe('2024-02-28T23:30:00.000Z');
  });

  it('sorts the symbols that were asked for and takes each once', async () => {
    const { prepare } = openControl();
    expect((await prepare({ symbols: ['GEN03', 'GEN01', 'GEN03'] })).symbols).toEqual(['GEN01', 'GEN03']);
  });

  it('says which symbols stand beside which, and nothing where none do', async () => {
    const { prepare } = openControl();
    const perSymbol = { GEN02: { features: { cross: [] } }, GEN03: { features: { cross: ['GEN01', 'GEN02'] } } };
    const plan = await prepare({ features: { cross: ['GEN02'] }, perSymbol });
    expect(plan.cross).toEqual({ GEN01: ['GEN02'], GEN03: ['GEN01', 'GEN02'], GEN04: ['GEN02'] });
    // It need not be trained itself.
    expect((await prepare({ symbols: ['GEN01'], features: { cross: ['GEN04'] } })).cross).toEqual({ GEN01: ['GEN04'] });
    expect(await prepare({ features: { cross: [] } })).not.toHaveProperty('cross');
  });

  it('refuses a symbol beside another that is not there, or that is the symbol itself', async () => {
    const { prepare } = openControl();
    const failure = await failureOf(
      prepare({
        symbols: ['GEN01', 'GEN02'],
        features: { cross: ['GEM04'] },
        perSymbol: { GEN02: { features: { cross: ['GEN02'] } } },
      }),
    );
    expect(failure.message).toContain("features.cross: the source has no symbol 'GEM04'; did you mean 'GEN04'?");
    expect(failure.message).toContain(
      'perSymbol.GEN02.features.cross: GEN02 cannot stand beside itself; give it another list, as by perSymbol.GEN02.features.cross: []',
    );
    expect(await faultPaths({ features: { include: ['crossBeta60'] } })).toEqual(['features.include']);
    expect(await faultPaths({ features: { cross: ['GEN01', 'GEN01'] } })).toContain('features.include');
  });

  it('refuses more than a hundred features, which three symbols beside would make', async () => {
    const { prepare } = openControl();
    const symbols = ['GEN01'];
    const beside = (count: number) => ['GEN02', 'GEN03', 'GEN04'].slice(0, count);
    expect((await prepare({ symbols, features: { cross: beside(2) } })).cross).toEqual({ GEN01: beside(2) });
    const failure = await failureOf(prepare({ symbols, features: { cross: beside(3) } }));
    expect(failure.message).toContain('features.include: 108 features would be computed, at most 100 are');
    const include = ['rsi14', 'crossBeta60'];
    expect((await prepare({ symbols, features: { include, cross: beside(3) } })).cross).toEqual({ GEN01: beside(3) });
  });

  it('passes on from where and until where to run', async () => {
    const { prepare } = openControl();
    const execution = { maxParallelSymbols: 2, successQuorum: 0.75, heartbeatSeconds: 6, maxStageMinutes: 1 };
    const plan = await prepare({ from: 'labels', until: 'train', execution });
    expect(plan).toMatchObject({ from: 'labels', until: 'train', maxParallelSymbols: 2, successQuorum: 0.75 });
    expect(plan.limits).toEqual({ heartbeatMs: 6_000, stageMs: 60_000 });
  });

  it('refuses impossible values and unknown keys, every one with its path', async () => {
    const input = {
      sead: 3,
      source: { kind: 'generated', bars: -1 },
      labels: { horizons: [] },
      clean: { unsorted: 'maybe', minimum: 3 },
      asOf: 'yesterday',
    };
    expect(await faultPaths(input)).toEqual([
      'asOf',
      'clean.minimum',
      'clean.unsorted',
      'labels.horizons',
      'sead',
      'source.bars',
    ]);
  });

  it('refuses what no single field can tell, every one with its path', async () => {
    const input = {
      splits: { purgeBars: 5, holdout: { train: 0.7 } },
      perSymbol: { GEN01: { splits: { purgeBars: 6, holdout: { train: 0.6 } }, clean: { minBars: 'many' } } },
      from: 'train',
      until: 'clean',
    };
    expect(await faultPaths(input)).toEqual([
      'from',
      'perSymbol.GEN01.clean.minBars',
      'splits.holdout',
      'splits.purgeBars',
    ]);
  });

  it('refuses settings for a symbol that the source lacks and features that nobody declared, all at once', async () => {
    const input = {
      features: { include: ['rsi14', 'rsi15'] },
      perSymbol: { GEN09: { clean: { minBars: 10 } }, GEN02: { features: { include: ['nonsense'] } } },
    };
    const { type, message } = await failureOf(openControl().prepare(input));
    expect(type).toBe('InvalidConfig');
    for (const path of ['perSymbol.GEN09', 'features.include', 'perSymbol.GEN02.features.include']) {
      expect(message).toMatch(new RegExp(`(^|; )${path}: `));
    }
    for (const named of ['rsi15', 'nonsense']) expect(message).toContain(named);
  });

  it('takes settings for a symbol that the source has though this run leaves it out', async () => {
    const { prepare } = openControl();
    const plan = await prepare({ symbols: ['GEN01'], perSymbol: { GEN02: { clean: { minBars: 10 } } } });
    expect(plan.symbols).toEqual(['GEN01']);
  });

  it('refuses a symbol that the source lacks, and says what it has', async () => {
    const failure = await failureOf(openControl().prepare({ symbols: ['GEN01', 'EURUSD'] }));
    expect(failure).toMatchObject({ type: 'InvalidConfig', nonRetryable: true });
    expect(failure.message).toBe('symbols: EURUSD not in the source, which has GEN01, GEN02, GEN03, GEN04');
  });

  it('is no work for a worker of another store', async () => {
    const failure = await failureOf(openControl().prepare({}, { storeId: 'another' }));
    expect(failure).toMatchObject({ type: 'StoreUnavailable', nonRetryable: false });
    expect((await openControl().prepare({}, { storeId: STORE_ID })).storeId).toBe(STORE_ID);
  });
});
