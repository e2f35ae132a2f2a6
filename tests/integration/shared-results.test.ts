import type { FoldRecord } from '../../shared/contracts/run-record';
import { parseFitPart } from '../../shared/names/ids';
import type { BarLine } from '../support/bar-files';
import { barLines, csvOf } from '../support/bar-files';
import type { CliHome } from '../support/cli';
import { countByStage, openCliHome } from '../support/cli';

/** 83 days of hours: folds of ten days, one behind the other. */
const BARS = 2_000;
const HOUR_MS = 3_600_000;
const LABEL_BARS = 8;
const FEATURES = ['rsi14', 'atrShare14', 'volumeRatio20', 'closePosition', 'bollingerPosition20'];
const CONFIG = {
  preset: 'quick',
  features: { include: FEATURES },
  labels: { horizons: [{ bars: LABEL_BARS, upAtr: 1.2, downAtr: 1.2 }] },
  splits: {
    scheme: 'walkForward',
    walkForward: { firstTrainDays: 30, validationDays: 10, testDays: 10 },
    minPartRows: 20,
  },
  models: { lightgbm: { rounds: 5 }, mlp: { enabled: true, hidden: [4] } },
  nets: { lookback: 6, batchSize: 64, maxEpochs: 1, patience: 1 },
  select: { enabled: true, maxFeatures: 4, maxCorrelation: 0.8 },
  evaluation: { bootstrapSamples: 10 },
};
const FAMILIES = ['majority', 'logistic', 'lightgbm', 'mlp'];
/** What reads bars at the fit as well. */
const READS_BARS = {
  ...CONFIG,
  labels: { ...CONFIG.labels, weights: { uniqueness: true, returnAttribution: true } },
  augmentation: { kind: 'stationaryBootstrap', copies: 1, meanBlockBars: 24 },
  models: { majority: { enabled: false }, logistic: { enabled: false }, lightgbm: { rounds: 5 } },
};

let home: CliHome;
let folds: readonly FoldRecord[];

async function run(id: string, config: object = CONFIG): Promise<void> {
  home.write(`${id}.yaml`, JSON.stringify(config));
  const { exitCode, stderr, stdout } = await home.cli([
    ...['run', '--id', id, '--config', `${id}.yaml`, '--source', 'bars/AAA.csv'],
  ]);
  if (exitCode !== 0) throw new Error(stderr + stdout);
}

const computedBy = async (id: string) => countByStage(await home.attempts(id));
const foldsOf = async (id: string) => (await home.record(id)).symbols[0]?.folds ?? [];
/** The folds whose fits were computed by a run. */
const fittedBy = async (id: string): Promise<readonly (string | undefined)[]> => {
  const fits = (await home.attempts(id)).filter(({ stage }) => stage === 'train');
  return [...new Set(fits.map(({ part }) => parseFitPart(part)?.foldId))].sort();
};
const write = (lines: readonly BarLine[]): string => home.write('bars/AAA.csv', csvOf(lines));
/** The volume of one bar is another one. */
const changedAt = (bar: number): readonly BarLine[] =>
  barLines(1, BARS).map((line, i) => (i === bar ? ([...line.slice(0, 5), 77_777] as unknown as BarLine) : line));
/** Number of the last bar that a fold tests. */
const lastBarOf = ({ boundaries }: FoldRecord): number => {
  const [firstMs] = folds[0]?.boundaries.train ?? [0];
  return (boundaries.test[1] - firstMs) / HOUR_MS;
};

beforeAll(async () => {
  home = await openCliHome();
  write(barLines(1, BARS));
  await run('first');
  folds = await foldsOf('first');
}, 240_000);
afterAll(() => home.close(), 60_000);

describe('what an earlier study computed', () => {
  it('was computed once in the first one', async () => {
    expect(folds.map(({ id }) => id)).toEqual(['f0', 'f1', 'f2', 'f3', 'f4']);
    const single = { ingest: 1, clean: 1, features: 1, labels: 1, splits: 1, select: 1 };
    const models = { calibrate: FAMILIES.length, evaluate: FAMILIES.length, bundle: FAMILIES.length };
    expect(await computedBy('first')).toEqual({ ...single, train: FAMILIES.length * folds.length, ...models });
  });

  it('is all there for a study of another name', async () => {
    await run('study', { ...CONFIG, study: 'another' });
    expect(await computedBy('study')).toEqual({});
  }, 120_000);

  it('is all there but for the model that a study adds', async () => {
    await run('model', { ...CONFIG, models: { ...CONFIG.models, gru: { enabled: true, units: 4 } } });
    // The list of fits stands in the result of splits, and every bundle holds the whole configuration.
    const told = { splits: 1, bundle: FAMILIES.length + 1 };
    expect(await computedBy('model')).toEqual({ ...told, train: folds.length, calibrate: 1, evaluate: 1 });
  }, 180_000);

  it('is all there before the judgement where the costs or the evaluation change', async () => {
    const judged = { evaluate: FAMILIES.length, bundle: FAMILIES.length };
    await run('costs', { ...CONFIG, backtest: { costBps: 7 } });
    expect(await computedBy('costs')).toEqual(judged);
    await run('evaluation', { ...CONFIG, evaluation: { bootstrapSamples: 12 } });
    expect(await computedBy('evaluation')).toEqual(judged);
  }, 180_000);

  it('leaves every fit there where a feature is added that is not kept', async () => {
    await run('feature', { ...CONFIG, features: { include: [...FEATURES, 'pauseBefore'] } });
    const kept = async (id: string) => (await home.record(id)).symbols[0]?.selection?.kept;
    expect(await kept('feature')).toEqual(await kept('first'));
    const { bundle, ...before } = await computedBy('feature');
    expect(before).toEqual({ features: 1, splits: 1, select: 1 });
    expect(bundle ?? 0).toBeLessThanOrEqual(FAMILIES.length);
  }, 120_000);
});

describe('bars that change or come later', () => {
  const last = () => folds.at(-1)!;
  const settled = () => folds.slice(0, -1).map(({ id }) => id);

  it('a bar of the last month leaves every fit of a fold that ended before it in the store', async () => {
    const bar = lastBarOf(folds.at(-2)!) + LABEL_BARS + 20;
    expect(BARS - bar).toBeLessThan(30 * 24);
    write(changedAt(bar));
    await run('changed');
    const single = { ingest: 1, clean: 1, features: 1, labels: 1, splits: 1, select: 1 };
    // A volume changes no class, so that the forecasts of the majority class are calibrated already.
    const models = { calibrate: FAMILIES.length - 1, evaluate: FAMILIES.length, bundle: FAMILIES.length };
    expect(await computedBy('changed')).toEqual({ ...single, train: FAMILIES.length, ...models });
    expect(await fittedBy('changed')).toEqual([last().id]);
  }, 120_000);

  it('those fits are what they are in a store that knew nothing of them', async () => {
    const other = await openCliHome();
    const mine = home;
    try {
      const fits = async () =>
        Promise.all(
          FAMILIES.flatMap((family) => folds.map(({ id }) => `${family}-h${String(LABEL_BARS)}-${id}`)).map(
            async (part) => {
              const { key, outputs } = await home.marker('changed', 'AAA', 'train', part);
              return [part, key, outputs];
            },
          ),
        );
      const before = await fits();
      home = other;
      write(changedAt(lastBarOf(folds.at(-2)!) + LABEL_BARS + 20));
      await run('changed');
      expect(await fittedBy('changed')).toEqual(folds.map(({ id }) => id));
      expect(await fits()).toEqual(before);
    } finally {
      home = mine;
      await other.close();
    }
  }, 240_000);

  it('a bar inside a fold changes it, and every one that ends later', async () => {
    write(changedAt(lastBarOf(folds[1]!) - 1));
    await run('inside');
    expect(await fittedBy('inside')).toEqual(folds.slice(1).map(({ id }) => id));
  }, 120_000);

  it('the bars of another day leave the fits of all settled folds', async () => {
    write(barLines(1, BARS + 24));
    await run('day');
    const fitted = await fittedBy('day');
    expect(fitted.length).toBeGreaterThan(0);
    expect(fitted.filter((id) => settled().includes(id ?? ''))).toEqual([]);
  }, 120_000);

  it('also where fits read bars, for weights and for synthetic rows', async () => {
    write(barLines(1, BARS));
    await run('weighed', READS_BARS);
    write(barLines(1, BARS + 24));
    await run('weighed-day', READS_BARS);
    const fitted = await fittedBy('weighed-day');
    expect(fitted.length).toBeGreaterThan(0);
    expect(fitted.filter((id) => settled().includes(id ?? ''))).toEqual([]);
  }, 180_000);

  it('a fit says what it was read from, though its key names only a part of that', async () => {
    const { outputs } = await home.marker('first', 'AAA', 'train', `lightgbm-h${String(LABEL_BARS)}-f0`);
    const { stdout } = await home.cli(['lineage', outputs.model!.sha256.slice(0, 12)]);
    for (const kind of ['features', 'labels', 'bars', 'raw-bars', 'source'])
      expect(stdout).toMatch(new RegExp(`^ +${kind} `, 'm'));
  }, 60_000);
});
