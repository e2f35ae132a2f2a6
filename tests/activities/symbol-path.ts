import type { ArtifactRef } from '../../shared/contracts/artifact';
import type { CrossBars, FitTask, StageOutcome, SymbolScope } from '../../shared/contracts/stages';
import type { OptionalStage } from '../../shared/names/stages';
import { modelPart, predictionsOutput } from '../../shared/names/ids';
import { ingestFactsSchema } from '../../shared/contracts/stages';
import type { StageActivities } from '../../activities/types';
import { asActivity } from './bench';

/**
 * Carries a symbol from ingest to bundle as its workflow does, one activity after another, with the stages that are asked
 * for besides and the bars of the symbols `beside` it; every outcome of its own in order.
 */
export async function runSymbolPath(
  activities: StageActivities,
  scope: SymbolScope,
  optional: readonly OptionalStage[] = [],
  beside: readonly string[] = [],
): Promise<readonly StageOutcome[]> {
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
  const others = await Promise.all(beside.map((symbol) => cleanBarsOf(activities, { ...scope, symbol })));
  const cross = others.length === 0 ? {} : { cross: others };
  const featured = await step(() => activities.features({ scope, bars, timeframeMs: raw.timeframeMs, ...cross }));
  const fitted = featured.outputs.fitted === undefined ? {} : { fitted: featured.outputs.fitted };
  const features = output(featured, 'features');
  const searched = optional.includes('barriers')
    ? { barriers: output(await step(() => activities.barriers({ scope, bars })), 'barriers') }
    : {};
  const labelled = await step(() => activities.labels({ scope, bars, features, ...searched }));
  const split = await step(() => activities.splits({ scope, bars, labels: labelled.outputs, features }));
  const tasks = split.facts.tasks as FitTask[];
  const folds = output(split, 'folds');
  if (optional.includes('diagnose'))
    await step(() => activities.diagnose({ scope, bars, features, labels: labelled.outputs }));
  const selected = optional.includes('select')
    ? {
        selection: output(
          await step(() => activities.select({ scope, features, labels: labelled.outputs, folds })),
          'selection',
        ),
      }
    : {};
  const fits: { readonly task: FitTask; readonly trained: StageOutcome }[] = [];
  for (const task of tasks) {
    const labels = Object.fromEntries(task.horizons.map((of) => [String(of), output(labelled, String(of))]));
    const seen = split.outputs.seen === undefined ? {} : { seen: split.outputs.seen };
    const data = { features, ...selected, timeframeMs: raw.timeframeMs, labels, folds, ...seen, ...fitted, bars };
    const given = { scope, task, ...data };
    fits.push({ task, trained: await step(() => activities.train({ ...given, rungs: [], resumeFrom: null })) });
  }
  const models = new Map(
    tasks.flatMap(({ family, horizons }) => horizons.map((bars) => [modelPart(family, bars), { family, bars }])),
  );
  for (const { family, bars: horizonBars } of models.values()) {
    const labels = output(labelled, String(horizonBars));
    const own = fits
      .filter(({ task }) => task.family === family && task.horizons.includes(horizonBars))
      .map(({ task, trained }) => ({
        foldId: task.foldId,
        model: output(trained, 'model'),
        predictions: output(trained, predictionsOutput(horizonBars)),
      }));
    const model = { scope, family, horizonBars, labels };
    const calibrated = await step(() => activities.calibrate({ ...model, fits: own }));
    const predictions = output(calibrated, 'predictions');
    await step(() => activities.evaluate({ ...model, bars, predictions }));
    const calibrators = output(calibrated, 'calibrators');
    const judged = { bars, calibrators, predictions, timeframeMs: raw.timeframeMs, ...fitted, ...cross };
    await step(() => activities.bundle({ ...model, fits: own, folds, ...judged }));
  }
  return outcomes;
}

async function cleanBarsOf(activities: StageActivities, scope: SymbolScope): Promise<CrossBars> {
  const ingested = await asActivity(() => activities.ingest({ scope }));
  const raw = ingestFactsSchema.parse(ingested.facts);
  const cleaned = await asActivity(() => activities.clean({ scope, rawBars: output(ingested, 'rawBars'), raw }));
  return { symbol: scope.symbol, bars: output(cleaned, 'bars') };
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
