import type { StageOutcome } from '../../shared/contracts/stages';
import { fitSchema } from '../../shared/contracts/model-artifacts';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { int32Column, openTable } from '../../shared/tables/table-store';
import { predictionsFromColumns } from '../../shared/tables/prediction-table';
import { openBench, realEngines, scopeOf, SMALL_RUN } from './bench';
import type { Bench } from './bench';
import { outcomeNamed, output, runSymbolPath } from './symbol-path';

const HORIZONS = [8, 16];

/** The small run with one small net instead of the usual families, on two horizons at once. */
const NET_RUN = {
  ...SMALL_RUN,
  labels: { horizons: HORIZONS.map((bars) => ({ bars, upAtr: 1.2, downAtr: 1.2 })) },
  models: {
    ...{ majority: { enabled: false }, logistic: { enabled: false }, lightgbm: { enabled: false } },
    mlp: { enabled: true, hidden: [8] },
  },
  nets: { lookback: 6, batchSize: 64, maxEpochs: 2, patience: 2 },
};

let bench: Bench;
let outcomes: readonly StageOutcome[];

beforeAll(async () => {
  bench = openBench(await realEngines());
  outcomes = await runSymbolPath(bench.activities, await scopeOf(bench, NET_RUN));
}, 120_000);

describe('a net through all stages of a symbol', () => {
  it('is fitted once for both horizons and judged for each', () => {
    const parts = outcomes.map(({ stage, part }) => `${stage} ${part}`.trim());
    expect(parts.filter((part) => part.startsWith('train'))).toEqual(['train mlp-h8+16-f0']);
    for (const stage of ['calibrate', 'evaluate', 'bundle']) {
      expect(parts.filter((part) => part.startsWith(stage))).toEqual([`${stage} mlp-h8`, `${stage} mlp-h16`]);
    }
  });

  it('says how its training went, and leaves no checkpoint behind once it is published', async () => {
    const fit = outcomeNamed(outcomes, 'train', 'mlp-h8+16-f0');
    expect(fit.facts.training).toMatchObject({ lookback: 6, rungs: [], epochs: [{ epoch: 0 }, { epoch: 1 }] });
    const keys = await bench.store.objects.list('checkpoints/');
    expect(keys).toEqual([]);
    expect(await bench.store.checkpoints.epochs(fit.key)).toHaveLength(2);
  });

  it('predicts every row of the test part that has a whole window inside it', async () => {
    const fit = outcomeNamed(outcomes, 'train', 'mlp-h8+16-f0');
    for (const horizon of HORIZONS) {
      const ref = output(fit, `predictions-h${String(horizon)}`);
      const columns = await (await openTable(bench.store.artifacts, ref, ARTIFACT_KINDS.foldPredictions)).columns();
      const { probabilities } = predictionsFromColumns(columns);
      const known = int32Column(columns, 'row').filter((_, i) => Number.isFinite(probabilities.data[i * 3]));
      expect(known.length).toBeGreaterThan(300);
      expect(known.length).toBeLessThan(probabilities.rows);
    }
  });

  it('names the engine that computed it', async () => {
    const ref = output(outcomeNamed(outcomes, 'train', 'mlp-h8+16-f0'), 'model');
    const fit = fitSchema.parse(await bench.store.artifacts.getJson(ref, ARTIFACT_KINDS.fit));
    expect(fit.engine).toMatchObject({ library: 'tensorflow', threads: 1, device: 'cpu' });
  });
});

describe('what a training leaves behind', () => {
  it('is tidied up by whoever finds its result, where a kill came between publication and tidying', async () => {
    const fit = outcomeNamed(outcomes, 'train', 'mlp-h8+16-f0');
    await bench.store.checkpoints.open(fit.key, 'somebody who was killed');
    expect(await bench.store.objects.list('checkpoints/')).not.toEqual([]);
    await runSymbolPath(bench.activities, await scopeOf(bench, NET_RUN));
    expect(await bench.store.objects.list('checkpoints/')).toEqual([]);
  });
});
