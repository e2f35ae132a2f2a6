import { NO_CLASS } from '../../domain/core/classes';
import { readMatrix } from '../../activities/support/fit-data';
import { foldsSchema } from '../../shared/contracts/folds';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { openFileStore } from '../../shared/store/open-store';
import { readClasses } from '../../shared/tables/label-table';
import { barLines, csvOf } from '../support/bar-files';
import type { ChaosHome } from '../support/chaos-home';
import { createChaosHome } from '../support/chaos-home';
import { CHAOS_SYMBOL, attemptsAt, netActivity, netPlan, recordOf, startNetRun } from '../support/chaos-nets';
import { markersOf } from '../support/chaos-store';
import { openChaosUi } from '../support/chaos-ui';
import { openCliHome } from '../support/cli';

const TEST_LIMIT_MS = 240_000;

describe('a learning rate that no net can learn with', () => {
  let home: ChaosHome;

  beforeAll(() => {
    home = createChaosHome(netPlan(['nhits'], 'models.nhits.learningRate=1000', 'nets.warmupEpochs=0'));
  });
  afterAll(() => home.destroy());

  it(
    'is halved three times, each time as an activity of its own, and then the fit fails naming what was tried and where',
    async () => {
      const run = startNetRun(home, 'steep');
      const { code, stderr } = await run.command.ended;
      expect({ code, stderr: code === 1 ? '' : stderr }).toEqual({ code: 1, stderr: '' });

      const ui = await openChaosUi(home.home);
      const fits = (await ui.scheduled(`steep/${CHAOS_SYMBOL}`)).filter(({ type }) => type === 'train');
      await ui.close();
      expect(fits.map(({ id }) => id)).toEqual([0, 1, 2, 3].map((rung) => netActivity('nhits', rung)));
      expect(fits.map(({ summary }) => /now (\S+) of the learning rate/.exec(summary ?? '')?.[1])).toEqual([
        ...[undefined, '0.5', '0.25', '0.125'],
      ]);
      expect((await attemptsAt(run, 'nhits')).map(({ outcome, code: fault }) => `${outcome} ${String(fault)}`)).toEqual(
        Array.from({ length: 4 }, () => 'failed NumericalFailure'),
      );

      const { symbols, interruptions } = await recordOf(run);
      expect(symbols).toMatchObject([{ status: 'failed', failure: { code: 'NumericalFailure', stage: 'train' } }]);
      const said = symbols[0]!.failure!.message;
      expect(said).toMatch(/\((gradient's norm|loss) \S+\) in epoch 0, batch \d+, at learning rate 125\./);
      expect(said).toMatch(/Widest scaled features there: (\w+ -?\S+ to -?[\d.e+]+, ){4}\w+ -?\S+ to \S+\. Lower/);
      expect(said).toMatch(/All rungs were tried: 1\. .* 2\. .* 3\. /);
      expect(interruptions.map(({ code: fault }) => fault)).toEqual(
        Array.from({ length: 4 }, () => 'NumericalFailure'),
      );
      const { stdout } = await home.command(['failures', 'steep']).ended;
      expect(stdout.split('\n')[0]).toBe(`${CHAOS_SYMBOL}  NumericalFailure at train`);
      expect(await home.stopAll()).toEqual([]);
    },
    TEST_LIMIT_MS,
  );
});

/** Bars without a price, in the midst of the training part, and more of them than a pause may last. */
const HOLE = { from: 500, bars: 30 };
const LOOKBACK = 8;
const GAP_BARS = 3;

describe('numbers that are missing in the data', () => {
  it(
    'lead to no failure and no rung: no window holds them or crosses the hole that they leave',
    async () => {
      const home = await openCliHome();
      const lines = barLines(5, 1500).map(([stamp, open, ...rest], i) =>
        i >= HOLE.from && i < HOLE.from + HOLE.bars
          ? ([stamp, 'NaN', ...rest] as const)
          : ([stamp, open!, ...rest] as const),
      );
      home.write('bars/HOLE.csv', csvOf(lines));
      home.write('run.yaml', RUN);
      const { exitCode, stderr } = await home.cli(['run', '--config', 'run.yaml', '--id', 'hole', '--json']);
      expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });

      const { symbols, interruptions } = await home.record('hole');
      expect(interruptions).toEqual([]);
      expect(symbols[0]!.ledger!.entries).toContainEqual(
        expect.objectContaining({ decision: 'missingValue', action: 'dropped', count: HOLE.bars }),
      );
      expect(symbols[0]!.models[0]!.training).toMatchObject([{ rungs: [] }]);

      const { trainRows } = (await home.marker('hole', 'HOLE', 'train', 'mlp-h8-f0')).facts;
      const { whole, labelled } = await countWindows(`${home.home}/store`);
      expect(trainRows).toBe(whole);
      // The windows that would have crossed the hole.
      expect(labelled - whole).toBeGreaterThanOrEqual(2 * (LOOKBACK - 1));
      await home.close();
    },
    TEST_LIMIT_MS,
  );
});

const RUN = `source: { kind: files, paths: ['bars/*.csv'] }
labels: { horizons: [{ bars: 8, upAtr: 1.5, downAtr: 1.5 }] }
models: { majority: { enabled: false }, logistic: { enabled: false }, lightgbm: { enabled: false }, mlp: { enabled: true, hidden: [8] } }
nets: { lookback: ${String(LOOKBACK)}, batchSize: 64, maxEpochs: 2 }
clean: { gapBars: ${String(GAP_BARS)} }
evaluation: { bootstrapSamples: 20 }
`;

/** Counted by hand: rows of the training part with a label, and those of them whose window is whole, without a hole. */
async function countWindows(storeRoot: string): Promise<{ readonly whole: number; readonly labelled: number }> {
  const { artifacts } = openFileStore(storeRoot, () => undefined);
  const output = (stage: string, name: string) =>
    markersOf(storeRoot).find((marker) => marker.stage === stage)!.outputs[name]!;
  const { features, time } = await readMatrix(artifacts, { features: output('features', 'features') });
  const classes = await readClasses(artifacts, output('labels', '8'));
  const folds = foldsSchema.parse(await artifacts.getJson(output('splits', 'folds'), ARTIFACT_KINDS.folds));
  const hourMs = 3_600_000;
  const isSound = (row: number): boolean =>
    features.data
      .subarray(row * features.columns, (row + 1) * features.columns)
      .every((value) => Number.isFinite(value));
  let labelled = 0;
  let whole = 0;
  for (const [from, to] of folds['8']![0]!.train) {
    for (let row = from; row < to; row += 1) {
      if (classes[row] === NO_CLASS || !isSound(row)) continue;
      labelled += 1;
      const window = Array.from({ length: LOOKBACK }, (_, i) => row - LOOKBACK + 1 + i);
      const isInside = window.every((at) => at >= from && isSound(at));
      const hasNoHole = window.slice(1).every((at) => time[at]! - time[at - 1]! <= GAP_BARS * hourMs);
      if (isInside && hasNoHole) whole += 1;
    }
  }
  return { whole, labelled };
}
