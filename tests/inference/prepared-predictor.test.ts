import { unwrap } from '../../activities/support/stage-fault';
import type { ModelEngines } from '../../inference/model-engines';
import { openPredictor } from '../../inference/predictor';
import { bundleSchema } from '../../shared/contracts/bundle';
import type { Bundle } from '../../shared/contracts/bundle';
import type { StageOutcome } from '../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { predictionsFromColumns } from '../../shared/tables/prediction-table';
import { int32Column, openTable } from '../../shared/tables/table-store';
import type { Bench } from '../activities/bench';
import { SMALL_RUN, configOf, openBench, realEngines, scopeOf } from '../activities/bench';
import { outcomeNamed, output, runSymbolPath } from '../activities/symbol-path';

const LOOKBACK = 6;
const INCLUDED = [...SMALL_RUN.features.include, 'bollingerPosition20'];
const RUN = {
  ...SMALL_RUN,
  features: { include: INCLUDED },
  models: { ...SMALL_RUN.models, majority: { enabled: false }, mlp: { enabled: true, hidden: [6] } },
  nets: { lookback: LOOKBACK, batchSize: 64, maxEpochs: 2 },
};
const SELECT = { enabled: true, maxFeatures: 4 };
const FAMILIES = ['logistic', 'lightgbm', 'mlp'] as const;
const WAYS = [
  { way: 'selected features', settings: { select: SELECT }, scalers: [undefined, null, undefined] },
  { way: 'robust scaling', settings: { scaling: 'robust' }, scalers: ['robust', null, 'robust'] },
  { way: 'quantile scaling', settings: { scaling: 'quantile' }, scalers: ['quantile', null, 'quantile'] },
  {
    way: 'components of robustly scaled features',
    settings: { scaling: 'robust', select: { ...SELECT, pca: 0.9 } },
    scalers: ['components', 'components', 'components'],
  },
];

let engines: ModelEngines;
let bench: Bench;

beforeAll(async () => {
  engines = await realEngines();
  bench = openBench(engines);
});

const bytesOf = (column: Float64Array): Buffer => Buffer.from(column.buffer, column.byteOffset, column.byteLength);

async function bundleOf(outcomes: readonly StageOutcome[], family: string): Promise<Bundle> {
  const ref = output(outcomeNamed(outcomes, 'bundle', `${family}-h8`), 'bundle');
  return bundleSchema.parse(await bench.store.artifacts.getJson(ref, ARTIFACT_KINDS.bundle));
}

describe.each(WAYS)('models behind $way', ({ settings, scalers }) => {
  let outcomes: readonly StageOutcome[];

  beforeAll(async () => {
    const optional = 'select' in settings ? (['select'] as const) : [];
    outcomes = await runSymbolPath(bench.activities, await scopeOf(bench, { ...RUN, ...settings }), optional);
  }, 120_000);

  it('are bundled with the features and the scaler that they were fitted with', async () => {
    for (const [i, family] of FAMILIES.entries()) {
      const { features, scaler } = (await bundleOf(outcomes, family)).recipe;
      expect(features.names).toHaveLength('select' in settings ? 4 : 5);
      const kind = scaler === null ? null : (scaler as { readonly kind?: string }).kind;
      expect({ family, kind }).toEqual({ family, kind: scalers[i] });
    }
  });

  it.each(FAMILIES)('give on the test rows what was judged in training, byte for byte: %s', async (family) => {
    const ref = output(outcomeNamed(outcomes, 'calibrate', `${family}-h8`), 'predictions');
    const columns = await (await openTable(bench.store.artifacts, ref, ARTIFACT_KINDS.predictions)).columns();
    const judged = predictionsFromColumns(columns).probabilities.data;
    const bundle = output(outcomeNamed(outcomes, 'bundle', `${family}-h8`), 'bundle');
    const predictor = unwrap(await openPredictor(bench.store.artifacts, bundle, engines));
    const series = unwrap(await bench.context.source(configOf(RUN)).open('GEN01'));
    const { probabilities } = unwrap(await predictor.predict(series));
    predictor.dispose();
    // In training a window stays inside its part; a predictor has the bars before it as well.
    const skipped = family === 'mlp' ? LOOKBACK - 1 : 0;
    const rows = [...int32Column(columns, 'row')].slice(skipped);
    const again = rows.flatMap((row) => [...probabilities.data.subarray(row * 3, row * 3 + 3)]);
    expect(again.length).toBeGreaterThan(100);
    expect(again.some((value) => value > 0 && value < 1)).toBe(true);
    expect(Buffer.compare(bytesOf(Float64Array.from(again)), bytesOf(judged.slice(skipped * 3)))).toBe(0);
  });
});

it('scaling is no matter of a family that takes raw features', async () => {
  const keyWith = async (scaling: string): Promise<readonly string[]> => {
    const outcomes = await runSymbolPath(bench.activities, await scopeOf(bench, { ...RUN, scaling }));
    return FAMILIES.map((family) => outcomeNamed(outcomes, 'train', `${family}-h8-f0`).key);
  };
  const [plain, robust] = [await keyWith('standard'), await keyWith('robust')];
  expect(FAMILIES.filter((_, i) => plain[i] === robust[i])).toEqual(['lightgbm']);
}, 120_000);
