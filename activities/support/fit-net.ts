import type { Fold } from '../../domain/core/folds';
import type { WindowFamily } from '../../domain/models/contract';
import type { ModelFamilyName } from '../../shared/contracts/config/models-schema';
import type { TrainInput } from '../../shared/contracts/stages';
import { readTargets } from '../../shared/tables/label-table';
import { checkpointSink } from '../../training/neural/checkpoint-sink';
import type { Checkpoint, CheckpointSink, HorizonTarget } from '../../training/neural/contract';
import type { FittedNetFold } from '../../training/fit-net';
import { fitNetFold } from '../../training/fit-net';
import type { PlacedRows } from './augmented-fit';
import { augmentFeatures, augmentFold, augmentTargets, augmentWeigher, countSynthetic } from './augmented-fit';
import { foldsOf, readFeatures } from './fit-data';
import type { FittedTask } from './fitted-task';
import { omit, recipeOf } from './fit-recipe';
import { ownerText } from './line-owner';
import { isErrorCode } from '../../shared/names/errors';
import type { CheckpointLine } from '../../shared/store/checkpoint-line';
import type { StageFacts } from '../../shared/store/stage-cache';
import type { Lifetime, ReportProgress, StageContext } from './stage-definition';
import { StageFault, faultOf, unwrap } from './stage-fault';
import { weigherOf } from './sample-weights';
import { trainedElsewhere } from './trained-elsewhere';
import { createTrainingReport } from './training-report';

/** Families whose block of the configuration has what all nets have. */
type NetName = Exclude<ModelFamilyName, 'majority' | 'logistic' | 'lightgbm'>;

/** A net on all horizons of its task: from its newest checkpoint, if there is one, and stopping with one when told to. */
export async function fitNet(
  family: WindowFamily,
  input: TrainInput,
  context: StageContext,
  onProgress: ReportProgress,
  lifetime: Lifetime,
): Promise<FittedTask> {
  const { seed, preparation, augmentation } = await recipeOf(input, context);
  const { nets, clean, models } = await context.symbolConfig(input.scope);
  const block = models[family.name as NetName];
  const engine = unwrap(await context.tensorEngine());
  const { artifacts } = context.store;
  const byHorizon = await foldsOf(artifacts, input);
  const folds = Object.values(byHorizon);
  const copies = augmentation?.recipe.copies ?? 0;
  const real = await readFeatures(input, { folds, kind: 'windows', copies }, context);
  const { features, featureNames, time, synthetic } = await augmentFeatures(
    real,
    folds,
    augmentation,
    input,
    artifacts,
  );
  const { sink, ticket } = await openCheckpoints(input, context, lifetime);
  const report = createTrainingReport(onProgress, nets.maxEpochs, input.rungs, lifetime.tell);
  lifetime.canStop();
  const fitted = unwrap(
    await fitNetFold({
      definition: family.net,
      sizes: omit(block, ['enabled', 'learningRate']),
      settings: { ...nets, learningRate: block.learningRate },
      features,
      featureNames,
      time,
      windowRules: { timeframeMs: input.timeframeMs, gapBars: clean.gapBars, maxClosureDays: nets.maxClosureDays },
      seriesStarts: synthetic.map(({ from }) => from),
      targets: await targetsOf(input, context, byHorizon, real.features.rows, synthetic),
      seed,
      ...(preparation === undefined ? {} : { preparation }),
      rungs: input.rungs,
      engine,
      checkpoints: report.watch(sink),
      callbacks: report.callbacks,
      signal: lifetime.signal,
    }),
  );
  const { trained, scalerState, explanation } = fitted;
  return {
    modelBytes: trained.modelBytes,
    featureNames,
    scaler: scalerState,
    importances: explanation.variableWeights,
    predictions: trained.predictions,
    trainRows: trained.trainRows,
    syntheticRows: countSynthetic(synthetic),
    training: trainingFacts(fitted, nets.lookback),
    checkpoints: { key: lifetime.key, ticket, earlierKey: input.resumeFrom },
  };
}

/** The fit's own line of checkpoints; where it has none or fewer updates, what an execution left on another device or engine. */
async function openCheckpoints(input: TrainInput, context: StageContext, { key, tell }: Lifetime) {
  const { scope, resumeFrom } = input;
  const { store } = context;
  // Two runs that waited for the same third one go on in the same moment.
  const other = await trainedElsewhere(input, context, key);
  if (other !== null) throw new StageFault({ code: 'Fenced', message: `${other} has just begun to train the same` });
  const owner = ownerText(scope.runId);
  const line = await store.checkpoints.open(key, owner);
  const warn = (message: string): void => tell({ kind: 'log', level: 'warn', message });
  const own = checkpointSink(toldLine(line, tell), warn);
  if (resumeFrom === null || resumeFrom === key) return { sink: own, ticket: line.ticket };
  const earlier = checkpointSink(await store.checkpoints.open(resumeFrom, owner), warn);
  const sink: CheckpointSink = {
    ...own,
    latest: async (identity) => further(await own.latest(identity), await earlier.latest(identity)),
  };
  return { sink, ticket: line.ticket };
}

/** Whichever knows of more updates; its own where both know as many. */
function further(own: Checkpoint | null, earlier: Checkpoint | null): Checkpoint | null {
  if (own === null || earlier === null) return own ?? earlier;
  return earlier.state.step > own.state.step ? earlier : own;
}

/** The same line, whose saves are told. */
function toldLine(line: CheckpointLine, tell: Lifetime['tell']): CheckpointLine {
  return {
    ...line,
    save: async (bytes, facts) => {
      const startedAtMs = Date.now();
      const say = (outcome: string): void => {
        const { step, kind: reason } = facts;
        tell({ kind: 'checkpoint', step, reason, outcome, startedAtMs, endedAtMs: Date.now(), bytes: bytes.length });
      };
      try {
        await line.save(bytes, facts);
        say('ok');
      } catch (error) {
        say(faultOf(error, isErrorCode).code);
        throw error;
      }
    },
  };
}

async function targetsOf(
  input: TrainInput,
  context: StageContext,
  folds: Readonly<Record<string, Fold>>,
  rows: number,
  synthetic: readonly PlacedRows[],
): Promise<readonly HorizonTarget[]> {
  return Promise.all(
    input.task.horizons.map(async (horizonBars) => {
      const labels = input.labels[String(horizonBars)];
      const fold = folds[String(horizonBars)];
      if (labels === undefined || fold === undefined) {
        const message = `a fit of ${input.task.family} needs the labels and the fold of ${String(horizonBars)} bars`;
        throw new StageFault({ code: 'ArtifactMissing', message });
      }
      const weigh = await weigherOf(input, labels, context);
      return {
        horizonBars,
        fold: augmentFold(fold, synthetic),
        weigh: await augmentWeigher(weigh, synthetic, horizonBars, input, context),
        ...augmentTargets(await readTargets(context.store.artifacts, labels), rows, synthetic, horizonBars),
      };
    }),
  );
}

/** What the record and the report say of a training; no instant and no host. */
function trainingFacts(fitted: FittedNetFold, lookback: number): StageFacts {
  const { trained, explanation, constantFeatures, infiniteFeatures } = fitted;
  const { state, facts } = trained;
  return {
    parameters: facts.parameters,
    lookback,
    epochs: state.epochs.map(({ epoch, trainLoss, stoppingLoss, learningRate }) => ({
      epoch,
      trainLoss,
      stoppingLoss,
      learningRate,
    })),
    bestEpoch: state.bestEpoch,
    steps: state.step,
    rungs: state.rungs.map((rung) => ({ ...rung })),
    attention: explanation.attention === null ? null : [...explanation.attention],
    notes: [
      ...(constantFeatures.length === 0
        ? []
        : [`never changes in training and teaches nothing: ${constantFeatures.join(', ')}`]),
      ...infiniteFeatures.map(({ name, rows }) => `${name} is infinite on ${String(rows)} rows, which no window holds`),
    ],
  };
}
