import { randomFromSeed, deriveSeed } from '../../domain/core/random';
import { fail, ok, type Result } from '../../domain/core/result';
import { initialWeights } from '../../domain/models/nets/flat-parameters';
import { openFittedNet } from '../../domain/models/nets/fitted-net';
import { encodeNet, type DecodedNet } from '../../domain/models/nets/net-bytes';
import { classifyText } from '../classify-exit';
import { createCheckpointSaver } from './checkpoint-saver';
import type { Checkpoint, NetFit, TrainedNet, TrainingFacts, TrainingState } from './contract';
import { fitLinks } from './fit-links';
import { predictParts } from './predict-parts';
import { prepareFit, type PreparedFit } from './prepare-fit';
import { PLATEAU_START } from './schedule';
import { runTraining } from './run-training';

/**
 * Trains one net on one fold for all horizons, from the newest checkpoint of this fit or from the start, and predicts the
 * parts that it has not learnt from.
 *
 * However often it was stopped and taken up again, the same fit gives the same weights, moments, order of windows and
 * metrics, bit for bit, on the same machine, engine and rungs: the next step depends on the fit and the checkpoint only.
 *
 * Faults: what `prepareFit` finds; `NumericalFailure` (details: epoch, batch, featureRanges, checkpointStep); `OutOfMemory`
 * and `DeviceFailure` where the engine says so; `Cancelled` after the signal, with the checkpoint written; `Fenced`,
 * `StorageFull` and the like from the sink. Details name `checkpointStep`, the updates that a next attempt need not repeat.
 */
export async function trainNet(fit: NetFit): Promise<Result<TrainedNet>> {
  const prepared = prepareFit(fit);
  if (!prepared.ok) return prepared;
  const start = await startOf(fit, prepared.value);
  if (!start.ok) return start;
  const saver = createCheckpointSaver(fit.checkpoints, fit.settings.checkpointSeconds * 1000);
  const resumedAtStep = start.value.state.step;
  try {
    return await trainFrom(fit, prepared.value, start.value, saver);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = classifyText(message);
    if (code === null) throw error;
    return fail(code, message, { checkpointStep: saver.facts().savedStep ?? resumedAtStep });
  } finally {
    await saver.settle();
  }
}

async function trainFrom(
  fit: NetFit,
  prepared: PreparedFit,
  start: Checkpoint,
  saver: ReturnType<typeof createCheckpointSaver>,
): Promise<Result<TrainedNet>> {
  const startedAt = performance.now();
  const trained = await runTraining(fit, prepared, start, saver);
  if (!trained.ok) return trained;
  const { state, bestWeights: weights } = trained.value;
  const trainSeconds = (performance.now() - startedAt) / 1000;
  // Predicting blocks the event loop: what is trained is durable before that.
  await saver.settle();
  const fault = saver.fault();
  if (fault !== null) return fault;
  const finished = finish(fit, prepared, weights);
  if (!finished.ok) return finished;
  const { checkpoints, stoodStillMs, notes } = saver.facts();
  const facts: TrainingFacts = {
    parameters: prepared.parameterCount,
    stepsPerEpoch: prepared.stepsPerEpoch,
    resumedAtStep: start.state.step,
    steps: state.step - start.state.step,
    epochs: state.epochs.length,
    bestEpoch: state.bestEpoch,
    bestLoss: state.bestLoss,
    rungs: state.rungs,
    trainSeconds,
    checkpointSeconds: stoodStillMs / 1000,
    checkpoints,
    notes,
  };
  return ok({ weights, state, facts, ...finished.value, trainRows: prepared.trainRows.length });
}

/** The bytes of the net, and its predictions by the very code that will load them later. */
function finish(
  fit: NetFit,
  prepared: PreparedFit,
  weights: Float32Array,
): Result<Pick<TrainedNet, 'modelBytes' | 'predictions'>> {
  const { definition, sizes, engine } = fit;
  const content: DecodedNet = { ...prepared, sizes, links: [], weights };
  const links = fitLinks(content, fit);
  if (!links.ok) return links;
  const modelBytes = encodeNet(definition, { ...content, links: links.value });
  const net = openFittedNet(definition, modelBytes, engine);
  if (!net.ok) return net;
  try {
    return ok({ modelBytes, predictions: predictParts(net.value, fit) });
  } finally {
    net.value.dispose();
  }
}

/** The newest checkpoint, or the initial weights, with the longer of the two lists of rungs. */
async function startOf(fit: NetFit, prepared: PreparedFit): Promise<Result<Checkpoint>> {
  const { identity, parameterCount } = prepared;
  const found = await fit.checkpoints.latest(identity);
  if (found === null) return ok(firstCheckpoint(fit, prepared));
  const lengths = [found.weights, found.bestWeights, found.firstMoment, found.secondMoment].map(({ length }) => length);
  if (found.identity !== identity || lengths.some((length) => length !== parameterCount)) {
    return fail(
      'InvalidModel',
      `The checkpoint is of ${found.identity} with ${lengths.join(', ')} numbers, expected ${identity} with ${parameterCount} in each vector. Remove it, or start a run of its own.`,
    );
  }
  const rungs = fit.rungs.length > found.state.rungs.length ? fit.rungs : found.state.rungs;
  return ok({ ...found, state: { ...found.state, rungs } });
}

function firstCheckpoint({ seed, rungs }: NetFit, { identity, parameters, parameterCount }: PreparedFit): Checkpoint {
  const weights = initialWeights(parameters, seed);
  const state: TrainingState = {
    step: 0,
    epoch: 0,
    stepInEpoch: 0,
    shuffle: randomFromSeed(deriveSeed(seed, 'shuffle')).state(),
    epochLoss: 0,
    epochWeight: 0,
    epochGradientNorm: 0,
    bestEpoch: -1,
    bestLoss: null,
    plateau: PLATEAU_START,
    epochs: [],
    rungs,
    finished: false,
  };
  return {
    identity,
    state,
    weights,
    bestWeights: weights.slice(),
    firstMoment: new Float32Array(parameterCount),
    secondMoment: new Float32Array(parameterCount),
  };
}
