import type { StageOutcome } from '../../shared/contracts/stages';
import type { Bench } from './bench';
import { asActivity, failureOf, openBench, realEngines, scopeOf, SMALL_RUN } from './bench';
import { outcomeNamed, output, runSymbolPath } from './symbol-path';

/** One family of each kind, and a net. */
const RUN = {
  ...SMALL_RUN,
  models: { ...SMALL_RUN.models, mlp: { enabled: true, hidden: [8] } },
  nets: { lookback: 6, batchSize: 64, maxEpochs: 2, patience: 2 },
};
const weighed = (weights: object) => ({ ...RUN, labels: { ...RUN.labels, weights } });
const FITS = ['majority-h8-f0', 'logistic-h8-f0', 'lightgbm-h8-f0', 'mlp-h8-f0'];

let bench: Bench;
let plain: readonly StageOutcome[];

beforeAll(async () => {
  bench = openBench(await realEngines());
  plain = await runSymbolPath(bench.activities, await scopeOf(bench, RUN));
}, 120_000);

const modelsOf = (outcomes: readonly StageOutcome[]) =>
  FITS.map((part) => output(outcomeNamed(outcomes, 'train', part), 'model').sha256);
const hitsOf = (outcomes: readonly StageOutcome[]) =>
  new Set(outcomes.filter(({ cacheHit }) => cacheHit).map(({ stage, part }) => `${stage} ${part}`.trim()));

describe('weights of training rows through all stages', () => {
  it.each([
    ['uniqueness', { uniqueness: true }],
    ['return attribution', { returnAttribution: true }],
    ['decay', { timeDecay: 0.2 }],
  ])(
    '%s: every family learns another model, from the labels and folds that were there',
    async (_, weights) => {
      const outcomes = await runSymbolPath(bench.activities, await scopeOf(bench, weighed(weights)));
      const [models, without] = [modelsOf(outcomes), modelsOf(plain)];
      for (const [i, model] of models.entries()) expect(`${FITS[i]!} ${model}`).not.toBe(`${FITS[i]!} ${without[i]!}`);
      expect(hitsOf(outcomes)).toEqual(new Set(['ingest', 'clean', 'features', 'labels', 'splits']));
    },
    120_000,
  );

  it('off in so many words: nothing is another one', async () => {
    const off = weighed({ uniqueness: false, returnAttribution: false, timeDecay: null });
    const outcomes = await runSymbolPath(bench.activities, await scopeOf(bench, off));
    expect(outcomes.map(({ key }) => key)).toEqual(plain.map(({ key }) => key));
  });

  it('a run of before, whose fits are not handed the bars, is told to start again', async () => {
    const scope = await scopeOf(bench, weighed({ returnAttribution: true }));
    const fit = () =>
      bench.activities.train({
        ...{ scope, timeframeMs: 3_600_000, rungs: [], resumeFrom: null },
        task: { family: 'majority', horizons: [8], foldId: 'f0', device: 'cpu', resumable: false },
        features: output(outcomeNamed(plain, 'features'), 'features'),
        labels: outcomeNamed(plain, 'labels').outputs,
        folds: output(outcomeNamed(plain, 'splits'), 'folds'),
      });
    const failure = await failureOf(asActivity(fit));
    expect(failure.message).toMatch(/returnAttribution needs the bars.*start the run again/);
  });
});
