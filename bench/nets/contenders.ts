import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { BenchFacts, BenchJob } from './job';
import { WHOLE_FAMILIES } from './plans';

/** Who computes: this product (`ours`), PyTorch, Keras. */
export type Side = 'ours' | 'torch' | 'keras';

/** One way of computing a family. */
export interface Contender {
  readonly side: Side;
  readonly form: string;
  /** Whether it takes part in the goal: the product as it is, and peers as their users would have them. */
  readonly counts: boolean;
}

const SCANNING = ['mamba', 'lstm-mamba'];
const SCANS = ['naive', 'chunked', 'compiled-naive', 'compiled-chunked'];
const KERAS_FAMILIES = ['mlp', 'lstm', 'gru', 'tcn', 'transformer', 'patchtst'];

/** All that compute a family, in the order in which they take turns. `whole` is ours by all the work that peers do. */
export function contendersOf(family: string, sides: ReadonlySet<Side>): readonly Contender[] {
  const whole = WHOLE_FAMILIES.includes(family) ? ['whole'] : [];
  const forms: Readonly<Record<Side, readonly string[]>> = {
    ours: ['default', ...whole],
    torch: SCANNING.includes(family) ? SCANS : ['eager'],
    keras: KERAS_FAMILIES.includes(family) ? ['graph', 'xla'] : [],
  };
  return (['ours', 'torch', 'keras'] as const)
    .filter((side) => side === 'ours' || sides.has(side))
    .flatMap((side) => forms[side].map((form) => ({ side, form, counts: form !== 'whole' })));
}

/** Files of the Python peers, from the repository's root. */
const SCRIPTS: Readonly<Record<Exclude<Side, 'ours'>, string>> = {
  torch: 'bench/peers/torch_peer.py',
  keras: 'bench/peers/keras_peer.py',
};

/** Runs one measurement in a process of its own; what it writes to standard error is shown where it fails. */
export async function runContender(
  { side, form }: Contender,
  job: Omit<BenchJob, 'form'>,
  python: Readonly<Partial<Record<Side, string>>>,
): Promise<BenchFacts> {
  const [command, ...before] = commandOf(side, python);
  const { code, stdout, stderr } = await finished(command, [...before, JSON.stringify({ ...job, form })]);
  const answer = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (code !== 0 || !answer.startsWith('{')) {
    throw new Error(`${side} ${form} of ${job.family} ended with ${String(code)}:\n${stderr.slice(-4000)}`);
  }
  return JSON.parse(answer) as BenchFacts;
}

function commandOf(side: Side, python: Readonly<Partial<Record<Side, string>>>): readonly [string, ...string[]] {
  if (side === 'ours') {
    // Beside this file, compiled or not, as this program itself is run.
    const runner = __filename.endsWith('.ts') ? [join('tests', 'support', 'run-typescript.mjs')] : [];
    return [process.execPath, ...runner, join(__dirname, `ours${__filename.slice(-3)}`)];
  }
  const interpreter = python[side];
  if (interpreter === undefined) throw new RangeError(`No interpreter was given for ${side}.`);
  return [interpreter, SCRIPTS[side]];
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function finished(command: string, parameters: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...parameters], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
