import * as tf from '@tensorflow/tfjs-core';
import { randomFromSeed } from '../domain/core/random';
import { NET_DEFINITIONS } from '../domain/models/nets/registry';
import { DEFAULT_CONFIG } from '../shared/contracts/config/defaults';
import { locateNativeParts } from '../shared/runtime/native-parts';
import { openTensorLibrary } from '../shared/runtime/tensorflow/open-library';
import { createEagerProgram } from '../training/graph/eager-program';
import { createGraphProgram } from '../training/graph/graph-program';
import { installFasterKernels } from '../training/graph/kernels/install';
import type { NamedValues, ProgramDefinition, TensorProgram } from '../training/graph/program';
import { trainProgram } from '../training/neural/train-program';
import { PLAIN_STEPS } from './plain-steps';

/**
 * Milliseconds of the processor for one training step (gradient and AdamW, batch 256, 60 bars of 50 features), operation by
 * operation and traced, with tfjs's own kernels and with ours:
 *
 *     node dist/bench/graph-step.js [threads] [name ...]
 *
 * Names are of plain steps (`plain-transformer`, `plain-lstm`, `plain-tcn`, which are all unless told: what tfjs's gradients
 * make of nets written simply) and of the product's nets. Medians of 5 rounds. Processor time, not the clock's: other work on
 * the machine disturbs it less; with one thread it is the same where nothing else runs.
 */
const BATCH = 256;
const WINDOW = { lookback: 60, features: 50 };
const ROUNDS = 5;
const STEPS = 3;

function netProgram(name: string): ProgramDefinition {
  const definition = NET_DEFINITIONS.find((net) => net.name === name);
  if (definition === undefined) throw new RangeError(`There is neither a plain step nor a net '${name}'.`);
  const sizes = (DEFAULT_CONFIG.models as Readonly<Record<string, object>>)[name];
  return trainProgram({
    plan: definition.plan(sizes, WINDOW),
    window: WINDOW,
    heads: { horizons: [8], target: 'class' },
    settings: { ...DEFAULT_CONFIG.nets, learningRate: 1e-3, batchSize: BATCH },
    microBatch: BATCH,
  });
}

/** Numbers of no meaning, of a size that nets meet: all between -1 and 1. */
function someValues(specs: ProgramDefinition['state']): NamedValues {
  const random = randomFromSeed(1);
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => [
      name,
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.2 * random.uniform() - 0.1),
    ]),
  );
}

function medianStepMs(program: TensorProgram, inputs: NamedValues): number {
  program.run('step', inputs);
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    for (let step = 0; step < STEPS; step += 1) program.run('step', inputs);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / STEPS;
  });
  return rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? NaN;
}

/** Frees the program: a step of one net after another would else need all their memory at once. */
function measured(name: string, create: (definition: ProgramDefinition) => TensorProgram): string {
  const definition = PLAIN_STEPS[name] ?? netProgram(name);
  const program = create(definition);
  program.writeState({ weights: someValues(definition.state).weights ?? new Float32Array(0) });
  const ms = medianStepMs(program, someValues(definition.functions.step?.inputs ?? {}));
  program.dispose();
  return ms.toFixed(1).padStart(9);
}

async function main(): Promise<void> {
  const [threads = '1', ...names] = process.argv.slice(2);
  const wanted = names.length > 0 ? names : Object.keys(PLAIN_STEPS);
  const parts = locateNativeParts(process.env);
  const library = await openTensorLibrary({ parts, wanted: 'cpu', threads: Number(threads), deviceVisible: false });
  if (!library.ok || library.value.kind !== 'cpu') throw new Error('TensorFlow is not set up: run ./candlewick setup');
  const traced = (definition: ProgramDefinition): TensorProgram => createGraphProgram(tf.backend(), definition);
  const print = (cells: readonly string[]): void => void process.stdout.write(`${cells.join(' ')}\n`);
  print(['step of'.padEnd(18), '    eager', '   traced', ' (kernels of tfjs)']);
  for (const name of wanted) print([name.padEnd(18), measured(name, createEagerProgram), measured(name, traced)]);
  installFasterKernels();
  print(['step of'.padEnd(18), '    eager', '   traced', ' (our kernels)']);
  for (const name of wanted) print([name.padEnd(18), measured(name, createEagerProgram), measured(name, traced)]);
}

void main();
