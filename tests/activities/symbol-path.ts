import type { ArtifactRef } from '../../shared/contracts/artifact';
import type { FitTask, StageOutcome, SymbolScope } from '../../shared/contracts/stages';
import { predictionsOutput } from '../../shared/names/ids';
import { ingestFactsSchema } from '../../shared/contracts/stages';
import type { StageActivities } from '../../activities/types';
import { asActivity } from './bench';

/** Carries a symbol from ingest to bundle as its workflow does, one activity after another; every outcome in order. */
export async function runSymbolPath(activities: StageActivities, scope: SymbolScope): Promise<readonly StageOutcome[]> {
  const outcomes: StageOutcome[] = [];
  const step = async (work: () => Promise<StageOutcome>): Promise<StageOutcome> => {
    const outcome = await asActivity(work);
    outcomes.push(outcome);
    return outcome;
  };
  const ingested = await step(() => activities.ingest({ scope }));
  const raw = ingestFactsSchema.parse(ingested.facts);
  const cleaned = await step(() => activities.clean({ scope, rawBars: output(ingested, 'rawBars'), raw }));
  const bars = output(cleaned, 'bars');
  const featured = await step(() => activities.features({ scope, bars, timeframeMs: raw.timeframeMs }));
  const labelled = await step(() => activities.labels({ scope, bars }));
  const split = await step(() => activities.splits({ scope, bars, labels: labelled.outputs }));
  for (const task of split.facts.tasks as FitTask[]) {
    const { family, horizons, foldId } = task;
    const trained = await step(() =>
      activities.train({
        scope,
        task,
        features: output(featured, 'features'),
        timeframeMs: raw.timeframeMs,
        labels: Object.fromEntries(horizons.map((of) => [String(of), output(labelled, String(of))])),
        folds: output(split, 'folds'),
        bars,
        rungs: [],
        resumeFrom: null,
      }),
    );
    for (const horizonBars of horizons) {
      const labels = output(labelled, String(horizonBars));
      const fitted = output(trained, predictionsOutput(horizonBars));
      const fits = [{ foldId, model: output(trained, 'model'), predictions: fitted }];
      const model = { scope, family, horizonBars, labels };
      const calibrated = await step(() => activities.calibrate({ ...model, fits }));
      const predictions = output(calibrated, 'predictions');
      await step(() => activities.evaluate({ ...model, bars, predictions }));
      const calibrators = output(calibrated, 'calibrators');
      await step(() =>
        activities.bundle({ ...model, fits, timeframeMs: raw.timeframeMs, bars, calibrators, predictions }),
      );
    }
  }
  return outcomes;
}

export function output(outcome: StageOutcome, name: string): ArtifactRef {
  const ref = outcome.outputs[name];
  if (ref === undefined) throw new Error(`${outcome.stage} has no output ${name}`);
  return ref;
}

/** What must not depend on when, where or by whom a stage was run. */
export function identityOf({ stage, part, key, outputs, facts }: StageOutcome) {
  const hashes = Object.fromEntries(Object.entries(outputs).map(([name, ref]) => [name, ref.sha256]));
  return { stage, part, key, hashes, facts };
}

export function outcomeNamed(outcomes: readonly StageOutcome[], stage: string, part = ''): StageOutcome {
  const found = outcomes.find((outcome) => outcome.stage === stage && outcome.part === part);
  if (found === undefined) throw new Error(`no outcome of ${stage} ${part}`);
  return found;
}
