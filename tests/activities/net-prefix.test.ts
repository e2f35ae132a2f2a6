import type { StageOutcome } from '../../shared/contracts/stages';
import { fitSchema } from '../../shared/contracts/model-artifacts';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { float64Column, int32Column, openTable } from '../../shared/tables/table-store';
import { predictionsFromColumns } from '../../shared/tables/prediction-table';
import { openBench, realEngines, scopeOf, SMALL_RUN } from './bench';
import type { Bench } from './bench';
import { outcomeNamed, output, runSymbolPath } from './symbol-path';

const HORIZONS = [8, 16];
const WALK_FORWARD = {
  ...SMALL_RUN,
  labels: { horizons: HORIZONS.map((bars) => ({ bars, upAtr: 1.2, downAtr: 1.2 })) },
  splits: {
    ...{ minPartRows: 30, scheme: 'walkForward' },
    walkForward: { firstTrainDays: 20, validationDays: 16, testDays: 10 },
  },
  models: {
    ...{ majority: { enabled: false }, logistic: { enabled: false }, lightgbm: { enabled: false } },
    gru: { enabled: true, units: 5 },
  },
  nets: { lookback: 6, batchSize: 64, maxEpochs: 2, target: 'return' },
};
const FIRST_FOLD = 'gru-h8+16-f0';
/** After the last label of the first fold's test part is settled: its instant, and the longest horizon. */
const SETTLED_MS = 46 * 86_400_000 + 24 * 3_600_000;

let bench: Bench;
let whole: readonly StageOutcome[];
let cut: readonly StageOutcome[];

beforeAll(async () => {
  bench = openBench(await realEngines());
  whole = await runSymbolPath(bench.activities, await scopeOf(bench, WALK_FORWARD));
  const bars = await openTable(
    bench.store.artifacts,
    output(outcomeNamed(whole, 'clean'), 'bars'),
    ARTIFACT_KINDS.bars,
  );
  const [first = NaN] = float64Column(await bars.columns(['time']), 'time');
  const asOfMs = first + SETTLED_MS;
  cut = await runSymbolPath(bench.activities, await scopeOf(bench, WALK_FORWARD, { asOfMs }));
}, 120_000);

const fitsOf = (outcomes: readonly StageOutcome[]): readonly string[] =>
  outcomes.filter(({ stage }) => stage === 'train').map(({ part }) => part);

/** Everything of the first fold that a later bar must not change. */
async function firstFold(outcomes: readonly StageOutcome[]): Promise<object> {
  const trained = outcomeNamed(outcomes, 'train', FIRST_FOLD);
  const fit = fitSchema.parse(await bench.store.artifacts.getJson(output(trained, 'model'), ARTIFACT_KINDS.fit));
  const { model, scaler, training, trainRows } = fit;
  const predictions = await Promise.all(HORIZONS.map((bars) => predictionsOf(trained, bars)));
  return { model: model.sha256, scaler, training, trainRows, predictions };
}

async function predictionsOf(trained: StageOutcome, horizonBars: number): Promise<object> {
  const ref = output(trained, `predictions-h${String(horizonBars)}`);
  const columns = await (await openTable(bench.store.artifacts, ref, ARTIFACT_KINDS.foldPredictions)).columns();
  const { probabilities } = predictionsFromColumns(columns);
  return { rows: [...int32Column(columns, 'row')], probabilities: [...probabilities.data] };
}

describe('bars after the end of a fold', () => {
  it('are there in one run and not in the other', () => {
    expect(fitsOf(cut)).toEqual([FIRST_FOLD]);
    expect(fitsOf(whole).length).toBeGreaterThan(1);
  });

  it('change neither its net, scaler, epochs nor predictions, byte for byte', async () => {
    expect(await firstFold(cut)).toEqual(await firstFold(whole));
  });
});
