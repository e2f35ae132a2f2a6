import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openModelEngines } from '../../inference/model-engines';
import { tensorSettingOf } from '../../inference/tensor-engine';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import { createCheckpointStore } from '../../shared/store/checkpoints';
import { createFileObjectStore } from '../../shared/store/file-object-store';
import { fitNetFold } from '../../training/fit-net';
import { checkpointSink } from '../../training/neural/checkpoint-sink';
import type { CheckpointSink } from '../../training/neural/contract';
import { readProcessMemory } from '../../training/process-memory';
import { budgetFit, type BudgetData } from './fits';

/** One training in one process: `node dist/bench/budgets/train.js JOB`, JOB being JSON. */
export interface TrainingJob {
  readonly family: string;
  readonly data: BudgetData;
  readonly epochs: number;
  /** `folder`: durable, as in the product, in a folder that is removed afterwards; `none`: taken, but written nowhere. */
  readonly checkpoints: 'folder' | 'none';
}

export interface TrainingMeasure {
  readonly family: string;
  readonly rows: number;
  readonly features: number;
  readonly trainWindows: number;
  readonly parameters: number;
  readonly stepsPerEpoch: number;
  /** From the call with features and labels at hand, libraries loaded, to the end of the first update. */
  readonly firstStepMs: number;
  readonly firstStepCpuMs: number;
  /** Of each epoch, its evaluation on the stopping part included. */
  readonly epochSeconds: readonly number[];
  /** Of the whole fit: training, and predicting the parts that it has not learnt from. */
  readonly fitSeconds: number;
  readonly fitCpuSeconds: number;
  readonly trainSeconds: number;
  /** For which training stood still, as the trainer counts it. */
  readonly checkpointSeconds: number;
  readonly checkpoints: number;
  readonly modelBytes: number;
  /** Resident, MiB: libraries loaded; features and labels there as well; the most there ever was. */
  readonly librariesMb: number;
  readonly dataMb: number;
  readonly peakMb: number;
}

async function main(job: TrainingJob): Promise<TrainingMeasure> {
  const engines = await openModelEngines(locateNativeParts(process.env), tensorSettingOf(process.env, 1));
  const engine = await engines.tensorEngine();
  if (!engine.ok) throw new Error(engine.fault.message);
  const librariesMb = (await memoryMb()).rss;
  const fit = await budgetFit(job.family, job.data, job.epochs);
  const dataMb = (await memoryMb()).rss;
  const folder = await mkdtemp(join(tmpdir(), 'candlewick-budget-'));
  try {
    const checkpoints = job.checkpoints === 'folder' ? await folderSink(folder) : NOWHERE;
    const epochSeconds: number[] = [];
    let epochFrom = NaN;
    let firstStep = { ms: NaN, cpuMs: NaN };
    const [from, cpuFrom] = [performance.now(), process.cpuUsage()];
    const cpuMs = (): number => {
      const { user, system } = process.cpuUsage(cpuFrom);
      return (user + system) / 1000;
    };
    const fitted = await fitNetFold({
      ...fit,
      engine: engine.value,
      checkpoints,
      signal: new AbortController().signal,
      callbacks: {
        onEpochBegin: () => (epochFrom = performance.now()),
        onEpochEnd: () => epochSeconds.push((performance.now() - epochFrom) / 1000),
        onBatchEnd: ({ step }) => {
          if (step === 1) firstStep = { ms: performance.now() - from, cpuMs: cpuMs() };
        },
      },
    });
    if (!fitted.ok) throw new Error(`${fitted.fault.code}: ${fitted.fault.message}`);
    const { facts, modelBytes, trainRows } = fitted.value.trained;
    return {
      family: job.family,
      rows: fit.features.rows,
      features: fit.features.columns,
      trainWindows: trainRows,
      parameters: facts.parameters,
      stepsPerEpoch: facts.stepsPerEpoch,
      firstStepMs: firstStep.ms,
      firstStepCpuMs: firstStep.cpuMs,
      epochSeconds,
      fitSeconds: (performance.now() - from) / 1000,
      fitCpuSeconds: cpuMs() / 1000,
      trainSeconds: facts.trainSeconds,
      checkpointSeconds: facts.checkpointSeconds,
      checkpoints: facts.checkpoints,
      modelBytes: modelBytes.length,
      librariesMb,
      dataMb,
      peakMb: (await memoryMb()).peak,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function folderSink(folder: string): Promise<CheckpointSink> {
  const store = createCheckpointStore(createFileObjectStore(folder), (text) => void process.stderr.write(`${text}\n`));
  return checkpointSink(await store.open('ab'.repeat(32)));
}

const NOWHERE: CheckpointSink = {
  latest: () => Promise.resolve(null),
  save: () => Promise.resolve(),
  recordEpoch: () => Promise.resolve(),
};

async function memoryMb(): Promise<{ readonly rss: number; readonly peak: number }> {
  const memory = await readProcessMemory(process.pid);
  const mib = 1024 * 1024;
  return { rss: (memory?.rssBytes ?? NaN) / mib, peak: (memory?.peakRssBytes ?? NaN) / mib };
}

main(JSON.parse(process.argv[2] ?? '{}') as TrainingJob).then(
  (measure) => process.stdout.write(`${JSON.stringify(measure)}\n`),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
