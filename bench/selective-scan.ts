import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs-core';
import { CLASS_COUNT } from '../domain/core/classes';
import { randomFromSeed } from '../domain/core/random';
import type { NetPlan } from '../domain/models/nets/contract';
import { initialWeights } from '../domain/models/nets/flat-parameters';
import { netParameters } from '../domain/models/nets/heads';
import { selectiveScan, type ScanInputs } from '../domain/models/nets/layers/selective-scan';
import { mamba } from '../domain/models/nets/mamba';
import { DEFAULT_CONFIG } from '../shared/contracts/config/defaults';
import { locateNativeParts } from '../shared/runtime/native-parts';
import { openTensorLibrary } from '../shared/runtime/tensorflow/open-library';
import { createGraphProgram } from '../training/graph/graph-program';
import { installFasterKernels } from '../training/graph/kernels/install';
import type { NamedValues, ProgramDefinition, TensorSpecs } from '../training/graph/program';
import { stepRates } from '../training/neural/adamw';
import { trainProgram } from '../training/neural/train-program';
import { chunkedScan } from './scans/chunked-scan';
import { planFullMamba } from './scans/mamba-variants';

/**
 * Selective scans and Mamba training steps, ours traced into a graph beside PyTorch's (bench/peers/selective_scan.py), one
 * thread each, in turn, round by round:
 *
 *     node dist/bench/selective-scan.js PYTHON [ROUNDS]
 *
 * PYTHON is an interpreter that has torch; compiling takes it minutes. Prints a line of JSON for each form: medians over
 * the rounds, by the clock and of the processor, which other work on the machine disturbs less.
 */
const WINDOW = { lookback: 60, features: 50 };
const BATCH = 256;
const STEPS = 3;
const WARM_UP = 3;
const PEER_FORMS = ['naive', 'chunked', 'compiled-naive', 'compiled-chunked'];
/** The chunked form in chunks of 2, which in PyTorch was faster than 4; a larger one was not timed. */
const CHUNKED_BY = 2;

interface Times {
  readonly clockMs: number;
  readonly cpuMs: number;
}

interface Form {
  readonly what: 'scan' | 'net';
  readonly name: string;
  readonly time: () => Promise<Times>;
}

const sizes = { ...DEFAULT_CONFIG.models.mamba, dropout: 0 };

/** Forward and backward of one scan as wide as the default net's. */
function scanProgram(scan: (inputs: ScanInputs) => tf.Tensor): ProgramDefinition {
  const [channels, states] = [sizes.expand * sizes.width, sizes.stateSize];
  const series = (width: number) => ({ shape: [WINDOW.lookback, BATCH, width], dtype: 'float32' as const });
  const inputs: TensorSpecs = {
    lengths: series(channels),
    driven: series(channels),
    rates: { shape: [states, channels], dtype: 'float32' },
    inputWeights: series(states),
    outputWeights: series(states),
    slopes: series(channels),
  };
  const names = Object.keys(inputs).slice(0, 5);
  return {
    state: {},
    functions: {
      step: {
        inputs,
        body: (_, given) => {
          const projected = (...tensors: tf.Tensor[]): tf.Scalar => {
            const named = Object.fromEntries(names.map((name, i) => [name, tensors[i]])) as unknown as ScanInputs;
            return tf.sum(tf.mul(scan(named), given.slopes as tf.Tensor));
          };
          const slopes = tf.grads(projected)(names.map((name) => given[name] as tf.Tensor));
          return { outputs: Object.fromEntries(names.map((name, i) => [name, tf.sum(slopes[i] as tf.Tensor)])) };
        },
      },
    },
  };
}

function scanValues(inputs: TensorSpecs): NamedValues {
  const random = randomFromSeed(1);
  const draw = (name: string): number => {
    if (name === 'lengths') return 0.1 * random.uniform();
    return name === 'rates' ? -8 * random.uniform() : random.normal();
  };
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape }]) => [
      name,
      Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => draw(name)),
    ]),
  );
}

function ourScan(name: string, scan: (inputs: ScanInputs) => tf.Tensor): Form {
  const definition = scanProgram(scan);
  const values = scanValues(definition.functions.step?.inputs ?? {});
  const program = createGraphProgram(tf.backend(), definition);
  return timed({ what: 'scan', name }, () => program.run('step', values));
}

function ourNet(name: string, plan: NetPlan): Form {
  const heads = { horizons: [1], target: 'class' } as const;
  const settings = { ...DEFAULT_CONFIG.nets, learningRate: 1e-3, batchSize: BATCH };
  const program = createGraphProgram(
    tf.backend(),
    trainProgram({ plan, window: WINDOW, heads, settings, microBatch: BATCH }),
  );
  program.writeState({ weights: initialWeights(netParameters(plan, heads), 1) });
  const random = randomFromSeed(2);
  const windows = Float32Array.from({ length: BATCH * WINDOW.lookback * WINDOW.features }, () => random.normal());
  const targets = new Float32Array(BATCH * CLASS_COUNT);
  for (let i = 0; i < BATCH; i += 1) targets[i * CLASS_COUNT + random.integer(CLASS_COUNT)] = 1 / BATCH;
  let step = 0;
  return timed({ what: 'net', name }, () => {
    program.run('step', { windows, targets, rates: stepRates(settings, 1e-3, step) });
    step += 1;
  });
}

function timed(form: Omit<Form, 'time'>, run: () => unknown): Form {
  for (let i = 0; i < WARM_UP; i += 1) run();
  return {
    ...form,
    time: () => {
      const times = Array.from({ length: STEPS }, () => {
        const [from, cpuFrom] = [performance.now(), process.cpuUsage()];
        run();
        const { user, system } = process.cpuUsage(cpuFrom);
        return { clockMs: performance.now() - from, cpuMs: (user + system) / 1000 };
      });
      return Promise.resolve(medians(times));
    },
  };
}

/** A form of the Python program's; its first time includes building it. */
function theirs(peer: Peer, what: Form['what'], form: string): Form {
  return {
    what,
    name: `torch ${form}`,
    time: async () => JSON.parse(await peer.ask(`${what} ${form} ${STEPS}`)) as Times,
  };
}

interface Peer {
  readonly ask: (line: string) => Promise<string>;
  readonly end: () => void;
}

function startPeer(python: string): Peer {
  const script = join(process.cwd(), 'bench/peers/selective_scan.py');
  const child: ChildProcessWithoutNullStreams = spawn(python, [script]);
  child.stderr.pipe(process.stderr);
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    ask: async (line) => {
      child.stdin.write(`${line}\n`);
      const answer: IteratorResult<string, undefined> = await answers.next();
      if (answer.done === true) throw new Error(`${python} ended before it answered '${line}'.`);
      return answer.value;
    },
    end: () => child.stdin.end(),
  };
}

function medians(times: readonly Times[]): Times {
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;
  return { clockMs: median(times.map((t) => t.clockMs)), cpuMs: median(times.map((t) => t.cpuMs)) };
}

async function main([python, rounds = '7']: readonly string[]): Promise<void> {
  if (python === undefined) throw new RangeError('Give a Python interpreter that has torch.');
  const parts = locateNativeParts(process.env);
  const opened = await openTensorLibrary({ parts, wanted: 'cpu', threads: 1, deviceVisible: false });
  if (!opened.ok) throw new Error(opened.fault.message);
  installFasterKernels();
  const peer = startPeer(python);
  const forms = [
    ourScan('ours', (inputs) => selectiveScan(inputs, sizes.chunk)),
    ourScan('ours, chunked matrices', (inputs) => chunkedScan(inputs, CHUNKED_BY)),
    ...PEER_FORMS.map((form) => theirs(peer, 'scan', form)),
    ourNet('ours', mamba.plan(sizes, WINDOW)),
    ourNet('ours, all steps of all blocks', planFullMamba(sizes, WINDOW)),
    ...PEER_FORMS.map((form) => theirs(peer, 'net', form)),
  ];
  const times: Times[][] = forms.map(() => []);
  for (let round = 0; round <= Number(rounds); round += 1) {
    for (const [i, form] of forms.entries()) {
      const measured = await form.time();
      if (round > 0) times[i]?.push(measured);
    }
  }
  peer.end();
  forms.forEach(({ what, name }, i) => {
    const { clockMs, cpuMs } = medians(times[i] ?? []);
    process.stdout.write(`${JSON.stringify({ what, name, clockMs: rounded(clockMs), cpuMs: rounded(cpuMs) })}\n`);
  });
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10;

void main(process.argv.slice(2));
