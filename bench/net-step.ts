import * as tf from '@tensorflow/tfjs-core';
import { CLASS_COUNT } from '../domain/core/classes';
import { randomFromSeed } from '../domain/core/random';
import { initialWeights } from '../domain/models/nets/flat-parameters';
import { netParameters } from '../domain/models/nets/heads';
import { NET_DEFINITIONS } from '../domain/models/nets/registry';
import { DEFAULT_CONFIG } from '../shared/contracts/config/defaults';
import { locateNativeParts } from '../shared/runtime/native-parts';
import { openTensorLibrary } from '../shared/runtime/tensorflow/open-library';
import { createGraphProgram } from '../training/graph/graph-program';
import { installFasterKernels } from '../training/graph/kernels/install';
import type { NamedValues } from '../training/graph/program';
import { stepRates } from '../training/neural/adamw';
import { trainProgram } from '../training/neural/train-program';

/**
 * Times training steps of one net, as the trainer does them: gradient, clipping to norm 1, AdamW, traced into one graph;
 * default sizes without dropout, batch 256, 60 bars of 50 features, one horizon of three classes.
 *
 *     node dist/bench/net-step.js FAMILY [STEPS] [THREADS]
 *
 * Prints one line of JSON. `bench/peers/torch_step.py` and `keras_step.py` take the same arguments, do the same and print
 * the same fields: `medianMs`, `minMs` by the clock, `cpuMs` (median) of the processor, which other work disturbs less.
 */
const WINDOW = { lookback: 60, features: 50 };
const BATCH = 256;
const LEARNING_RATE = 1e-3;
/** First steps, in which memory is allocated and TensorFlow optimises the graph. */
const WARM_UP = 3;

function stepOf(family: string) {
  const definition = NET_DEFINITIONS.find(({ name }) => name === family);
  if (definition === undefined) {
    throw new RangeError(`There is no net '${family}', but ${NET_DEFINITIONS.map(({ name }) => name).join(', ')}.`);
  }
  const sizes = (DEFAULT_CONFIG.models as Readonly<Record<string, object>>)[family];
  const plan = definition.plan({ ...sizes, dropout: 0 }, WINDOW);
  const heads = { horizons: [1], target: 'class' } as const;
  const settings = { ...DEFAULT_CONFIG.nets, learningRate: LEARNING_RATE, batchSize: BATCH };
  return {
    settings,
    definition: trainProgram({ plan, window: WINDOW, heads, settings, microBatch: BATCH }),
    weights: initialWeights(netParameters(plan, heads), 1),
  };
}

/** Standard normal windows, and a random class each with its weight in the mean. */
function randomBatch(): NamedValues {
  const random = randomFromSeed(2);
  const targets = new Float32Array(BATCH * CLASS_COUNT);
  for (let sample = 0; sample < BATCH; sample += 1) {
    targets[sample * CLASS_COUNT + random.integer(CLASS_COUNT)] = 1 / BATCH;
  }
  const windows = Float32Array.from({ length: BATCH * WINDOW.lookback * WINDOW.features }, () => random.normal());
  return { windows, targets };
}

async function main([family = 'lstm', steps = '25', threads = '1']: readonly string[]): Promise<void> {
  const parts = locateNativeParts(process.env);
  const opened = await openTensorLibrary({ parts, wanted: 'cpu', threads: Number(threads), deviceVisible: false });
  if (!opened.ok) throw new Error(opened.fault.message);
  installFasterKernels();
  const { settings, definition, weights } = stepOf(family);
  const batch = randomBatch();
  const tracedFrom = performance.now();
  const program = createGraphProgram(tf.backend(), definition);
  const traceMs = performance.now() - tracedFrom;
  program.writeState({ weights });
  const clock: number[] = [];
  const cpu: number[] = [];
  for (let step = 0; step < WARM_UP + Number(steps); step += 1) {
    const [from, cpuFrom] = [performance.now(), process.cpuUsage()];
    program.run('step', { ...batch, rates: stepRates(settings, LEARNING_RATE, step) });
    clock.push(performance.now() - from);
    const { user, system } = process.cpuUsage(cpuFrom);
    cpu.push((user + system) / 1000);
  }
  program.dispose();
  const measured = sorted(clock.slice(WARM_UP));
  const facts = {
    engine: 'candlewick',
    family,
    parameters: weights.length,
    medianMs: median(measured),
    minMs: measured[0],
    cpuMs: median(sorted(cpu.slice(WARM_UP))),
    traceMs,
    firstStepMs: clock[0],
  };
  process.stdout.write(`${JSON.stringify(facts, (_, value: unknown) => rounded(value))}\n`);
}

const sorted = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);
const median = (values: readonly number[]): number => values[values.length >> 1] ?? NaN;
const rounded = (value: unknown): unknown => (typeof value === 'number' ? Math.round(value * 100) / 100 : value);

void main(process.argv.slice(2));
