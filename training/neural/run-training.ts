import { setImmediate as nextTurn } from 'node:timers/promises';
import { fail, ok, type Result } from '../../domain/core/result';
import type { TensorProgram } from '../graph/program';
import { createBatchLoader, type BatchLoader } from './batches';
import type { CheckpointSaver } from './checkpoint-saver';
import type { Checkpoint, EpochMetrics, NetFit, TrainingState } from './contract';
import { numericalFailure } from './numerical-failure';
import type { PreparedFit } from './prepare-fit';
import { afterEpoch, learningRateAt } from './schedule';
import { shuffleRows, type EpochOrder } from './shuffle';
import { totalWeights } from './targets';
import { trainProgram } from './train-program';
import { effectOfRungs, meanOverHorizons, updateOnce } from './updater';

export interface Trained {
  readonly state: TrainingState;
  readonly bestWeights: Float32Array;
}

/** What stays the same over a training, and the two things of it that change: the program's state and the saver's. */
interface Session {
  readonly fit: NetFit;
  readonly prepared: PreparedFit;
  readonly program: TensorProgram;
  readonly loader: BatchLoader;
  readonly saver: CheckpointSaver;
  readonly accumulates: boolean;
  readonly learningRateScale: number;
  /** For failures: the step of the checkpoint that this process started from. */
  readonly resumedAtStep: number;
}

/** On a processor few windows at once, whose numbers stay in its cache, are judged faster than many. */
const CPU_EVALUATION_BATCH = 16;

/** Trains from a checkpoint to the end, saving as it goes. See `trainNet`. */
export async function runTraining(
  fit: NetFit,
  prepared: PreparedFit,
  start: Checkpoint,
  saver: CheckpointSaver,
): Promise<Result<Trained>> {
  const { settings, callbacks } = fit;
  callbacks.onTrainBegin?.({
    steps: prepared.stepsPerEpoch * settings.maxEpochs,
    parameters: prepared.parameterCount,
    resumedAtStep: start.state.step,
  });
  const from: Trained = { state: start.state, bestWeights: start.bestWeights };
  // A checkpoint of a training that had ended leaves nothing to do, which those who listen are told like any other end.
  const trained = start.state.finished ? ok(from) : await runEpochs(fit, prepared, start, saver);
  if (trained.ok) {
    const { epochs, bestEpoch } = trained.value.state;
    callbacks.onTrainEnd?.({ epochs: epochs.length, bestEpoch });
  }
  return trained;
}

/** The epochs that are left, in a program of its own. */
async function runEpochs(
  fit: NetFit,
  prepared: PreparedFit,
  start: Checkpoint,
  saver: CheckpointSaver,
): Promise<Result<Trained>> {
  const { microBatch, learningRateScale } = effectOfRungs(fit.settings, start.state.rungs);
  const { settings } = fit;
  const evaluationBatch =
    fit.engine.description.device === 'cpu' ? Math.min(microBatch, CPU_EVALUATION_BATCH) : microBatch;
  const program = fit.engine.createProgram(trainProgram({ ...prepared, settings, microBatch, evaluationBatch }));
  const { weights, firstMoment, secondMoment } = start;
  program.writeState({ weights, firstMoment, secondMoment });
  const session: Session = {
    fit,
    prepared,
    program,
    loader: createBatchLoader(fit, prepared, microBatch, evaluationBatch),
    saver,
    accumulates: microBatch < settings.batchSize,
    learningRateScale,
    resumedAtStep: start.state.step,
  };
  try {
    let position: Result<Trained> = ok({ state: start.state, bestWeights: start.bestWeights });
    while (position.ok && !position.value.state.finished) position = await runEpoch(session, position.value);
    return position;
  } finally {
    program.dispose();
  }
}

/** The rest of the epoch under way, its evaluation, and the decision whether there is another. */
async function runEpoch(session: Session, from: Trained): Promise<Result<Trained>> {
  const { fit, prepared, saver } = session;
  const order = shuffleRows(prepared.trainRows, from.state.shuffle);
  if (from.state.stepInEpoch === 0) fit.callbacks.onEpochBegin?.(from.state.epoch);
  let { state } = from;
  while (state.stepInEpoch < prepared.stepsPerEpoch) {
    const updated = update(session, state, order.rows);
    if (!updated.ok) return updated;
    state = updated.value;
    const stopped = await breathe(session, { ...from, state });
    if (stopped !== null) return stopped;
    if (saver.isDue()) saver.offer(() => checkpointOf(session, { ...from, state }), 'interval');
  }
  const stoppingLoss = await evaluate(session, { ...from, state });
  if (!stoppingLoss.ok) return stoppingLoss;
  const ended = endEpoch(session, { ...from, state }, stoppingLoss.value, order);
  const metrics = ended.state.epochs.at(-1);
  if (metrics !== undefined) {
    saver.record(metrics);
    fit.callbacks.onEpochEnd?.(metrics);
  }
  if (ended.state.finished || saver.isAffordable()) saver.offer(() => checkpointOf(session, ended), 'epoch');
  return (await breathe(session, ended)) ?? ok(ended);
}

/** Of a mean loss: a sound gradient's norm is a few units, and clipping hides from the weights, not from us, that it runs away. */
const EXPLODED_NORM = 1e8;

function update(session: Session, state: TrainingState, order: Int32Array): Result<TrainingState> {
  const { fit, prepared, program, loader, saver, accumulates } = session;
  const { settings, callbacks } = fit;
  const { step, stepInEpoch } = state;
  const rows = order.subarray(stepInEpoch * settings.batchSize, (stepInEpoch + 1) * settings.batchSize);
  const learningRate = learningRateOf(session, state);
  callbacks.onBatchBegin?.(step);
  const { loss, gradientNorm } = updateOnce(program, loader, settings, { step, rows, learningRate, accumulates });
  if (!Number.isFinite(loss) || !(gradientNorm <= EXPLODED_NORM)) {
    const checkpointStep = saver.facts().savedStep ?? session.resumedAtStep;
    return numericalFailure(fit, { state, batch: stepInEpoch, loss, gradientNorm, learningRate, rows, checkpointStep });
  }
  callbacks.onBatchEnd?.({
    step: step + 1,
    epoch: state.epoch,
    stepInEpoch: stepInEpoch + 1,
    stepsInEpoch: prepared.stepsPerEpoch,
    loss,
    examples: rows.length,
    rung: state.rungs.length,
  });
  return ok({
    ...state,
    step: step + 1,
    stepInEpoch: stepInEpoch + 1,
    epochLoss: state.epochLoss + loss * rows.length,
    epochWeight: state.epochWeight + rows.length,
    epochGradientNorm: state.epochGradientNorm + gradientNorm,
  });
}

function learningRateOf({ fit, prepared, learningRateScale }: Session, { step, plateau }: TrainingState): number {
  return learningRateAt(fit.settings, step, prepared.stepsPerEpoch, plateau.factor) * learningRateScale;
}

/** The loss on the stopping part. Where it is not finite, that is a numerical failure as well. */
async function evaluate(session: Session, position: Trained): Promise<Result<number>> {
  const { fit, prepared, program, loader, saver } = session;
  const { stoppingRows, targets } = prepared;
  const sums = new Float64Array(targets.length);
  for (const batch of loader.evaluationBatches(stoppingRows)) {
    const { losses } = program.run('evaluate', batch);
    for (const [h, loss] of (losses ?? new Float32Array()).entries()) sums[h] = (sums[h] ?? 0) + loss;
    const stopped = await breathe(session, position);
    if (stopped !== null) return stopped;
  }
  const loss = meanOverHorizons(sums, totalWeights(targets, stoppingRows));
  if (Number.isFinite(loss)) return ok(loss);
  const { state } = position;
  return numericalFailure(fit, {
    state,
    batch: null,
    loss,
    gradientNorm: state.epochGradientNorm / state.stepInEpoch,
    learningRate: learningRateOf(session, state),
    rows: stoppingRows,
    checkpointStep: saver.facts().savedStep ?? session.resumedAtStep,
  });
}

/** Keeps the weights where they are the best so far, and opens the next epoch or ends training. */
function endEpoch(session: Session, { state, bestWeights }: Trained, stoppingLoss: number, order: EpochOrder): Trained {
  const { settings } = session.fit;
  const isBest = state.bestLoss === null || stoppingLoss < state.bestLoss;
  const bestEpoch = isBest ? state.epoch : state.bestEpoch;
  const metrics: EpochMetrics = {
    epoch: state.epoch,
    trainLoss: state.epochLoss / state.epochWeight,
    stoppingLoss,
    learningRate: learningRateOf(session, { ...state, step: state.step - 1 }),
    steps: state.stepInEpoch,
    gradientNorm: state.epochGradientNorm / state.stepInEpoch,
  };
  const next: TrainingState = {
    ...state,
    epoch: state.epoch + 1,
    stepInEpoch: 0,
    shuffle: order.next,
    epochLoss: 0,
    epochWeight: 0,
    epochGradientNorm: 0,
    bestEpoch,
    bestLoss: isBest ? stoppingLoss : state.bestLoss,
    plateau: afterEpoch(state.plateau, stoppingLoss, settings.patience),
    epochs: [...state.epochs, metrics],
    finished: state.epoch + 1 >= settings.maxEpochs || state.epoch - bestEpoch >= settings.patience,
  };
  return { state: next, bestWeights: isBest ? weightsOf(session) : bestWeights };
}

/**
 * Lets signals, messages and writes through between two calls of the engine. Answers where training must stop: somebody
 * else has taken over, or it was cancelled, which leaves a checkpoint.
 */
async function breathe(session: Session, position: Trained): Promise<Result<never> | null> {
  const { fit, saver } = session;
  const from = performance.now();
  await nextTurn();
  saver.waited(performance.now() - from);
  await saver.letWrite();
  const fault = saver.fault();
  if (fault !== null) return fault;
  if (!fit.signal.aborted) return null;
  saver.offer(() => checkpointOf(session, position), 'stop');
  await saver.settle();
  const { step } = position.state;
  const checkpointStep = saver.facts().savedStep ?? session.resumedAtStep;
  const kept = checkpointStep === step ? 'its checkpoint is kept' : `the last checkpoint is of step ${checkpointStep}`;
  return saver.fault() ?? fail('Cancelled', `Training was stopped after ${step} updates; ${kept}.`, { checkpointStep });
}

function checkpointOf({ prepared, program }: Session, { state, bestWeights }: Trained): Checkpoint {
  const { weights, firstMoment, secondMoment } = program.readState();
  return {
    identity: prepared.identity,
    state,
    weights: floats(weights),
    bestWeights,
    firstMoment: floats(firstMoment),
    secondMoment: floats(secondMoment),
  };
}

function weightsOf({ program }: Session): Float32Array {
  return floats(program.readState()['weights']);
}

function floats(values: Float32Array | Int32Array | undefined): Float32Array {
  if (values === undefined) throw new RangeError('The program has no such state.');
  return values as Float32Array;
}
