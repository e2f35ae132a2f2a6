import { join } from 'node:path';
import { runJson, runOurs } from '../run-json';
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

/** Runs one measurement in a process of its own. */
export function runContender(
  { side, form }: Contender,
  job: Omit<BenchJob, 'form'>,
  python: Readonly<Partial<Record<Side, string>>>,
): Promise<BenchFacts> {
  const text = JSON.stringify({ ...job, form });
  if (side === 'ours') return runOurs(join(__dirname, 'ours'), [text]);
  const interpreter = python[side];
  if (interpreter === undefined) throw new RangeError(`No interpreter was given for ${side}.`);
  return runJson(interpreter, [SCRIPTS[side], text]);
}
