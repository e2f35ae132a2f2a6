import type { StageOutcome } from '../../shared/contracts/stages';
import type { StageName } from '../../shared/names/stages';
import { OPTIONAL_STAGES, STAGE_NAMES } from '../../shared/names/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { bundleSchema } from '../../shared/contracts/bundle';
import type { ModelEngines } from '../../inference/model-engines';
import type { Bench } from './bench';
import { SMALL_RUN, openBench, realEngines, scopeOf } from './bench';
import { identityOf, outcomeNamed, output, runSymbolPath } from './symbol-path';

const isForAll = (stage: StageName): boolean => !OPTIONAL_STAGES.some((optional) => optional === stage);

const YEAR_MS = 365 * 86_400_000;

let engines: ModelEngines;
let bench: Bench;
let first: readonly StageOutcome[];

beforeAll(async () => {
  engines = await realEngines();
  bench = openBench(engines);
  first = await runSymbolPath(bench.activities, await scopeOf(bench, SMALL_RUN));
});

describe('the stages, one after another on a generated series', () => {
  it('are all computed, each once', async () => {
    expect(new Set(first.map(({ stage }) => stage))).toEqual(new Set(STAGE_NAMES.filter(isForAll)));
    expect(first.filter(({ cacheHit }) => cacheHit)).toEqual([]);
    const attempts = await bench.store.attempts.ofRun('run-1');
    expect(attempts).toHaveLength(first.length);
    expect(new Set(attempts.map(({ outcome }) => outcome))).toEqual(new Set(['published']));
  });

  it('train every family on the one fold of the one horizon', () => {
    const fitted = first.filter(({ stage }) => stage === 'train').map(({ part }) => part);
    expect(fitted).toEqual(['majority-h8-f0', 'logistic-h8-f0', 'lightgbm-h8-f0']);
  });

  it('come from the store when run again, with the same keys and bytes', async () => {
    const again = await runSymbolPath(bench.activities, await scopeOf(bench, SMALL_RUN));
    expect(again.map(identityOf)).toEqual(first.map(identityOf));
    expect(again.filter(({ cacheHit }) => !cacheHit)).toEqual([]);
    expect(await bench.store.attempts.ofRun('run-1')).toHaveLength(first.length);
  });

  it('compute the same keys and bytes anew in an empty store, for another run that looks a year later', async () => {
    const other = openBench(engines);
    const scope = await scopeOf(other, SMALL_RUN);
    const later = { ...scope, runId: 'run-2', asOfMs: scope.asOfMs + YEAR_MS };
    const again = await runSymbolPath(other.activities, later);
    expect(again.filter(({ cacheHit }) => cacheHit)).toEqual([]);
    expect(again.map(identityOf)).toEqual(first.map(identityOf));
  });

  it('keep what comes before the labels when a label parameter changes, and none of what follows', async () => {
    const labels = { horizons: [{ bars: 8, upAtr: 1.3, downAtr: 1.2 }] };
    const changed = await runSymbolPath(bench.activities, await scopeOf(bench, { ...SMALL_RUN, labels }));
    const kept = changed.filter((outcome, i) => outcome.key === first[i]?.key).map(({ stage }) => stage);
    expect(kept).toEqual(['ingest', 'clean', 'features']);
  });

  it('leave out what closes after the as-of instant, under another key from cleaning on', async () => {
    const { maxTimeMs } = outcomeNamed(first, 'ingest').facts;
    const scope = await scopeOf(bench, SMALL_RUN, { asOfMs: Number(maxTimeMs) - 1 });
    const cut = await runSymbolPath(bench.activities, scope);
    expect(outcomeNamed(cut, 'ingest').key).toBe(outcomeNamed(first, 'ingest').key);
    expect(outcomeNamed(cut, 'clean').key).not.toBe(outcomeNamed(first, 'clean').key);
    expect(outcomeNamed(cut, 'clean').facts.bars).toBe(Number(outcomeNamed(first, 'clean').facts.bars) - 1);
  });

  it('name the parents of a bundle', async () => {
    const part = 'lightgbm-h8';
    const ref = output(outcomeNamed(first, 'bundle', part), 'bundle');
    const { manifest, recipe } = bundleSchema.parse(await bench.store.artifacts.getJson(ref, ARTIFACT_KINDS.bundle));
    expect(manifest.parents).toEqual({
      bars: output(outcomeNamed(first, 'clean'), 'bars'),
      labels: output(outcomeNamed(first, 'labels'), '8'),
      fit: output(outcomeNamed(first, 'train', `${part}-f0`), 'model'),
      calibrators: output(outcomeNamed(first, 'calibrate', part), 'calibrators'),
      predictions: output(outcomeNamed(first, 'calibrate', part), 'predictions'),
    });
    expect(manifest.engine).toMatchObject({ library: 'lightgbm', threads: 1, device: 'cpu' });
    expect(recipe.features.names).toEqual([...SMALL_RUN.features.include]);
  });
});
