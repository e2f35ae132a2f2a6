import { tmpdir } from 'node:os';
import { basename } from 'node:path';
import { concatBars, type BarColumns } from '../../domain/core/bars';
import { CLASS_COUNT } from '../../domain/core/classes';
import type { Fold } from '../../domain/core/folds';
import { emptyMatrix, matrixFromColumns } from '../../domain/core/matrix';
import { randomFromSeed } from '../../domain/core/random';
import type { Result } from '../../domain/core/result';
import { createFeatureComputer } from '../../domain/features/compute';
import { featureContext } from '../../domain/features/context';
import { createLabelKernel } from '../../domain/labels/label-kernel';
import { labelSettingsPerHorizon } from '../../domain/labels/settings';
import { NET_DEFINITIONS } from '../../domain/models/nets/registry';
import { DEFAULT_CONFIG, FILES_SOURCE_DEFAULTS } from '../../shared/contracts/config/defaults';
import { createFileSource } from '../../shared/sources/files/file-source';
import type { NetFoldFit } from '../../training/fit-net';
import type { HorizonTarget } from '../../training/neural/contract';

/** What a fit learns from: a file of bars with the product's features, labels and horizons, or numbers of no meaning. */
export type BudgetData =
  | { readonly kind: 'bars'; readonly path: string }
  | { readonly kind: 'random'; readonly rows: number; readonly columns: number };

/** A fit without what computes it, watches it, and keeps its checkpoints. */
type Unserved = Omit<NetFoldFit, 'engine' | 'checkpoints' | 'callbacks' | 'signal'>;
type Learnt = Pick<NetFoldFit, 'features' | 'featureNames' | 'time' | 'targets'> & { readonly timeframeMs: number };

/** The fit of a family with its default sizes and settings, but for the number of epochs, all of which are run. */
export async function budgetFit(family: string, data: BudgetData, maxEpochs: number): Promise<Unserved> {
  const definition = NET_DEFINITIONS.find(({ name }) => name === family);
  if (definition === undefined) throw new RangeError(`There is no net '${family}'.`);
  const { timeframeMs, ...learnt } = data.kind === 'bars' ? await learntFromBars(data.path) : learntFromNoise(data);
  const { learningRate, ...sizes } = DEFAULT_CONFIG.models[family as 'lstm'];
  const { nets, clean } = DEFAULT_CONFIG;
  return {
    ...learnt,
    definition,
    sizes,
    settings: { ...nets, learningRate, maxEpochs, patience: maxEpochs },
    windowRules: { timeframeMs, gapBars: clean.gapBars, maxClosureDays: nets.maxClosureDays },
    seed: DEFAULT_CONFIG.seed,
    rungs: [],
  };
}

/** Two horizons' labels and all features of a file's bars, which are taken to be clean. */
async function learntFromBars(path: string): Promise<Learnt> {
  const source = createFileSource(
    { ...FILES_SOURCE_DEFAULTS, paths: [path] },
    { baseDir: process.cwd(), tempDir: tmpdir(), roots: null },
  );
  const series = unwrap(await source.open(symbolOf(path)));
  const chunks: BarColumns[] = [];
  for await (const chunk of series.chunks()) chunks.push(chunk);
  const bars = concatBars(chunks);
  const { timeframeMs } = series;
  const computer = unwrap(createFeatureComputer(null, featureContext({ higherTimeframeMultiple: 4 }, timeframeMs)));
  const horizons = unwrap(labelSettingsPerHorizon(DEFAULT_CONFIG.labels, 'noSide'));
  const longest = Math.max(...horizons.map((horizon) => horizon.bars));
  const fold = holdout(bars.time.length, longest);
  return {
    features: matrixFromColumns(computer.push(bars)),
    featureNames: computer.names,
    time: bars.time,
    timeframeMs,
    targets: horizons.map((settings) => {
      const kernel = unwrap(createLabelKernel(settings));
      const parts = [kernel.push(bars), kernel.finish()];
      const classes = parts.flatMap(({ classIndex }) => [...classIndex]);
      const returns = parts.flatMap(({ returnAtr }) => [...returnAtr]);
      return {
        horizonBars: settings.bars,
        classIndex: Int8Array.from(classes),
        returnAtr: Float64Array.from(returns),
        fold,
      };
    }),
  };
}

function symbolOf(path: string): string {
  return basename(path).replace(/\..*$/, '');
}

/** Standard normal features and random classes of two horizons, an hour apart. */
function learntFromNoise({ rows, columns }: { readonly rows: number; readonly columns: number }): Learnt {
  const random = randomFromSeed(3);
  const features = emptyMatrix(rows, columns);
  for (let i = 0; i < features.data.length; i += 1) features.data[i] = random.normal();
  const timeframeMs = 3_600_000;
  const fold = holdout(rows, 60);
  const targets = [20, 60].map<HorizonTarget>((horizonBars) => {
    const classIndex = Int8Array.from({ length: rows }, () => random.integer(CLASS_COUNT));
    return { horizonBars, classIndex, returnAtr: Float64Array.from(classIndex, (label) => label - 1), fold };
  });
  return {
    features,
    featureNames: Array.from({ length: columns }, (_, column) => `f${String(column)}`),
    time: Float64Array.from({ length: rows }, (_, row) => (row + 1) * timeframeMs),
    timeframeMs,
    targets,
  };
}

/** 60 % to learn from, 20 % to stop and choose by, 20 % to test on, with `purge` rows between; as the default, but by rows. */
function holdout(rows: number, purge: number): Fold {
  const at = (share: number): number => Math.round(rows * share);
  const nothing = [0, 0] as const;
  return {
    id: 'holdout',
    train: [[0, at(0.6) - purge]],
    stopping: [[at(0.6), at(0.7) - purge]],
    choosing: [[at(0.7), at(0.8) - purge]],
    test: [[at(0.8), rows]],
    boundaries: { train: nothing, stopping: nothing, choosing: nothing, test: nothing },
    purged: { train: purge, stopping: purge, choosing: purge, test: 0 },
  };
}

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`);
  return result.value;
}
