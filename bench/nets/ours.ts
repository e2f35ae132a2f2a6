import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { CLASS_COUNT } from '../../domain/core/classes';
import { randomFromSeed } from '../../domain/core/random';
import type { TensorEngine } from '../../domain/models/engines';
import { openFittedNet } from '../../domain/models/nets/fitted-net';
import { initialWeights } from '../../domain/models/nets/flat-parameters';
import { netParameters, type Heads } from '../../domain/models/nets/heads';
import { encodeNet } from '../../domain/models/nets/net-bytes';
import { DEFAULT_CONFIG } from '../../shared/contracts/config/defaults';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import { openTensorLibrary } from '../../shared/runtime/tensorflow/open-library';
import { createGraphProgram } from '../../training/graph/graph-program';
import { installFasterKernels } from '../../training/graph/kernels/install';
import type { NamedValues } from '../../training/graph/program';
import { stepRates } from '../../training/neural/adamw';
import { trainProgram } from '../../training/neural/train-program';
import { BENCH_BATCH, BENCH_WINDOW, MANY_WINDOWS, type BenchFacts, type BenchJob, type Times } from './job';
import { benchNet } from './plans';

/**
 * Our side of bench/nets.ts: `node dist/bench/nets/ours.js JOB`, where JOB is a `BenchJob` as JSON. A training step is the
 * trainer's: gradient, clipping to norm 1, AdamW, traced into one graph, the batch copied in; predictions come from a net
 * that was saved and opened again.
 */
const LEARNING_RATE = 1e-3;
/** First steps, in which memory is allocated and TensorFlow optimises the graph. */
const WARM_UP = 3;
const MIN_STEPS = 5;
const HEADS: Heads = { horizons: [1], target: 'class' };

async function main(job: BenchJob): Promise<BenchFacts> {
  const parts = locateNativeParts(process.env);
  const opened = await openTensorLibrary({ parts, wanted: 'cpu', threads: job.threads, deviceVisible: false });
  if (!opened.ok) throw new Error(opened.fault.message);
  const { description, kind } = opened.value;
  if (kind !== 'cpu') throw new Error('TensorFlow is not set up: run ./candlewick setup.');
  installFasterKernels();
  const engine: TensorEngine = {
    description,
    createProgram: (definition) => createGraphProgram(tf.backend(), definition),
  };
  const baseMb = residentMb('VmRSS');
  const measured = job.mode === 'step' ? trainSteps(job, engine) : predictions(job, engine);
  return {
    engine: `candlewick on tensorflow ${description.version}`,
    ...measured,
    baseMb,
    peakMb: residentMb('VmHWM'),
  };
}

function trainSteps(job: BenchJob, engine: TensorEngine): Omit<BenchFacts, 'engine' | 'baseMb'> {
  const batch = randomBatch();
  const from = now();
  const trainer = startTrainer(job, engine, batch);
  const { first: start, times } = timed(trainer.step, job.steps, job.seconds, from);
  trainer.program.dispose();
  const { parameters, traceMs } = trainer;
  const peakMb = residentMb('VmHWM');
  return { parameters, traceMs, start, step: times, peakMb, startAgain: startOnceMore(job, engine, batch) };
}

/** What stands between a family's name and its first step, but for that step. */
function startTrainer(job: BenchJob, engine: TensorEngine, batch: NamedValues) {
  const settings = { ...DEFAULT_CONFIG.nets, learningRate: LEARNING_RATE, batchSize: BENCH_BATCH };
  const { definition, sizes } = benchNet(job.family, job.form);
  const plan = definition.plan(sizes, BENCH_WINDOW);
  const weights = initialWeights(netParameters(plan, HEADS), 1);
  const tracedFrom = performance.now();
  const program = engine.createProgram(
    trainProgram({ plan, window: BENCH_WINDOW, heads: HEADS, settings, microBatch: BENCH_BATCH }),
  );
  const traceMs = performance.now() - tracedFrom;
  program.writeState({ weights });
  const step = (count: number): void => {
    program.run('step', { ...batch, rates: stepRates(settings, LEARNING_RATE, count) });
  };
  return { parameters: weights.length, traceMs, program, step };
}

function startOnceMore(job: BenchJob, engine: TensorEngine, batch: NamedValues): Times {
  const from = now();
  const { step, program } = startTrainer(job, engine, batch);
  step(0);
  const times = elapsed(from);
  program.dispose();
  return times;
}

function predictions(job: BenchJob, engine: TensorEngine): Omit<BenchFacts, 'engine' | 'baseMb'> {
  const { definition, sizes } = benchNet(job.family, job.form);
  const weights = initialWeights(netParameters(definition.plan(sizes, BENCH_WINDOW), HEADS), 1);
  const content = { sizes, window: BENCH_WINDOW, heads: HEADS, links: [], weights };
  const net = openFittedNet(definition, encodeNet(definition, content), engine);
  if (!net.ok) throw new Error(net.fault.message);
  const { lookback, features: columns } = BENCH_WINDOW;
  const rows = lookback + MANY_WINDOWS;
  const random = randomFromSeed(2);
  const series = {
    features: Float32Array.from({ length: rows * columns }, () => random.normal()),
    rows,
    columns,
    runLength: Int32Array.from({ length: rows }, (_, row) => row + 1),
  };
  const predict = (count: number): Times => {
    const ends = Int32Array.from({ length: count }, (_, i) => lookback + i);
    return timed(() => net.value.predictAll(series, ends), job.steps * (count === 1 ? 8 : 1), job.seconds).times;
  };
  const [one, many] = [predict(1), predict(MANY_WINDOWS)];
  net.value.dispose();
  return { parameters: weights.length, one, many, peakMb: residentMb('VmHWM') };
}

/** Medians behind the warm-up; `first`: from `since` to the end of the first run. */
function timed(run: (count: number) => void, steps: number, seconds: number, since = now()) {
  const [clock, cpu]: [number[], number[]] = [[], []];
  let first: Times = { ms: NaN, cpuMs: NaN };
  let endsAt = Infinity;
  for (let done = 0; done < WARM_UP + steps; done += 1) {
    if (done >= WARM_UP + MIN_STEPS && performance.now() > endsAt) break;
    const from = now();
    run(done);
    const { ms, cpuMs } = elapsed(from);
    clock.push(ms);
    cpu.push(cpuMs);
    if (done === 0) first = elapsed(since);
    if (done === WARM_UP - 1) endsAt = performance.now() + 1000 * seconds;
  }
  return { first, times: { ms: median(clock.slice(WARM_UP)), cpuMs: median(cpu.slice(WARM_UP)) } };
}

interface Instant {
  readonly ms: number;
  readonly cpu: NodeJS.CpuUsage;
}

const now = (): Instant => ({ ms: performance.now(), cpu: process.cpuUsage() });

function elapsed(since: Instant): Times {
  const { user, system } = process.cpuUsage(since.cpu);
  return { ms: performance.now() - since.ms, cpuMs: (user + system) / 1000 };
}

/** Standard normal windows, and a random class each with its weight in the mean. */
function randomBatch(): NamedValues {
  const random = randomFromSeed(2);
  const targets = new Float32Array(BENCH_BATCH * CLASS_COUNT);
  for (let sample = 0; sample < BENCH_BATCH; sample += 1) {
    targets[sample * CLASS_COUNT + random.integer(CLASS_COUNT)] = 1 / BENCH_BATCH;
  }
  const count = BENCH_BATCH * BENCH_WINDOW.lookback * BENCH_WINDOW.features;
  return { windows: Float32Array.from({ length: count }, () => random.normal()), targets };
}

function residentMb(field: 'VmRSS' | 'VmHWM'): number | null {
  try {
    const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch {
    return null;
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

main(JSON.parse(process.argv[2] ?? '{}') as BenchJob).then(
  (facts) => process.stdout.write(`${JSON.stringify(facts)}\n`),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
