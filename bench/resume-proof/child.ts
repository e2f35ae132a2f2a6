import { createHash } from 'node:crypto';
import { openModelEngines } from '../../inference/model-engines';
import { tensorSettingOf } from '../../inference/tensor-engine';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import { createCheckpointStore } from '../../shared/store/checkpoints';
import { createFileObjectStore } from '../../shared/store/file-object-store';
import { checkpointSink } from '../../training/neural/checkpoint-sink';
import type { Checkpoint, CheckpointSink } from '../../training/neural/contract';
import { trainNet } from '../../training/neural/train-net';
import { proofFit } from './fits';

/** What the parent asks for; the line of checkpoints lies in `folder`. */
export interface ProofJob {
  readonly family: string;
  readonly folder: string;
  /** Go on from the weights alone, as who has saved nothing else would. */
  readonly weightsOnly: boolean;
}

/** SHA-256 of every part of the state that a training ends in. */
export interface ProofHashes {
  readonly weights: string;
  readonly bestWeights: string;
  readonly firstMoment: string;
  readonly secondMoment: string;
  readonly random: string;
  readonly position: string;
  readonly metrics: string;
  readonly model: string;
}

export type ProofMessage =
  | { readonly kind: 'step'; readonly step: number; readonly savedStep: number }
  | { readonly kind: 'done'; readonly hashes: ProofHashes; readonly resumedAtStep: number; readonly steps: number };

const STEP_PAUSE_MS = 10;

async function main(job: ProofJob): Promise<void> {
  const engines = await openModelEngines(locateNativeParts(process.env), tensorSettingOf(process.env, 1));
  const engine = await engines.tensorEngine();
  if (!engine.ok) throw new Error(engine.fault.message);
  const objects = createFileObjectStore(job.folder);
  const line = await createCheckpointStore(objects, (text) => void process.stderr.write(`${text}\n`)).open(
    'ab'.repeat(32),
  );
  const { sink, last, savedStep } = watched(checkpointSink(line), job.weightsOnly);
  const trained = await trainNet({
    ...proofFit(job.family),
    engine: engine.value,
    checkpoints: sink,
    callbacks: {
      onBatchEnd: ({ step }) => {
        tell({ kind: 'step', step, savedStep: savedStep() });
        // A step of these small nets takes a millisecond; a real one leaves the disk time to keep up.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STEP_PAUSE_MS);
      },
    },
    signal: new AbortController().signal,
  });
  if (!trained.ok) throw new Error(`${trained.fault.code}: ${trained.fault.message}`);
  const end = last();
  if (end === null) throw new Error('the training ended without a checkpoint');
  const { facts, modelBytes } = trained.value;
  tell({
    kind: 'done',
    hashes: { ...hashesOf(end), model: sha256(modelBytes) },
    resumedAtStep: facts.resumedAtStep,
    steps: end.state.step,
  });
}

/** Keeps the last checkpoint that was written or read; where asked to, takes away all but the weights. */
function watched(sink: CheckpointSink, weightsOnly: boolean) {
  let last: Checkpoint | null = null;
  let savedStep = 0;
  const own: CheckpointSink = {
    ...sink,
    latest: async (identity) => {
      const found = await sink.latest(identity);
      savedStep = found?.state.step ?? 0;
      last = found !== null && weightsOnly ? withoutMoments(found) : found;
      return last;
    },
    save: async (checkpoint, reason) => {
      await sink.save(checkpoint, reason);
      savedStep = Math.max(savedStep, checkpoint.state.step);
      if (last === null || checkpoint.state.step >= last.state.step) last = checkpoint;
    },
  };
  return { sink: own, last: () => last, savedStep: () => savedStep };
}

function withoutMoments(checkpoint: Checkpoint): Checkpoint {
  const { length } = checkpoint.weights;
  return { ...checkpoint, firstMoment: new Float32Array(length), secondMoment: new Float32Array(length) };
}

function hashesOf({ state, weights, bestWeights, firstMoment, secondMoment }: Checkpoint): Omit<ProofHashes, 'model'> {
  const { step, epoch, stepInEpoch, shuffle, epochs, bestEpoch, bestLoss, plateau } = state;
  return {
    weights: sha256(bytesOf(weights)),
    bestWeights: sha256(bytesOf(bestWeights)),
    firstMoment: sha256(bytesOf(firstMoment)),
    secondMoment: sha256(bytesOf(secondMoment)),
    random: sha256(JSON.stringify(shuffle)),
    position: sha256(JSON.stringify({ step, epoch, stepInEpoch })),
    metrics: sha256(JSON.stringify({ epochs, bestEpoch, bestLoss, plateau })),
  };
}

function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function tell(message: ProofMessage): void {
  process.send?.(message);
}

void main(JSON.parse(process.argv[2] ?? '{}') as ProofJob).then(
  () => process.disconnect(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
