import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RandomStream } from '../../domain/core/random';
import type { ProofHashes, ProofJob, ProofMessage } from './child';

/** One family, three ways. */
export interface Proof {
  readonly family: string;
  readonly steps: number;
  /** Steps at which the process was killed with SIGKILL, in the order of the kills. */
  readonly kills: readonly number[];
  /** Steps that each kill threw away: done since the newest checkpoint. */
  readonly lost: readonly number[];
  /** The step that the training from the weights alone went on from. */
  readonly weightsOnlyFrom: number;
  readonly undisturbed: ProofHashes;
  readonly resumed: ProofHashes;
  readonly weightsOnly: ProofHashes;
}

const RUNNER = resolve(__dirname, '..', '..', 'tests', 'support', 'run-typescript.mjs');
const CHILD = resolve(__dirname, 'child.ts');

/**
 * Trains a family undisturbed; again, killed with SIGKILL at steps drawn from `random` and each time taken up by a new
 * process; and once more taken up from the weights alone.
 */
export async function prove(family: string, kills: number, random: RandomStream): Promise<Proof> {
  const calm = await inFolder((folder) => train({ family, folder, weightsOnly: false }, null));
  if (calm.kind !== 'done') throw new Error(`${family} did not finish`);
  const { steps } = calm;
  const at = Array.from({ length: kills }, () => 1 + random.integer(steps - 1)).sort((a, b) => a - b);
  const disturbed = await inFolder(async (folder) => {
    const lost: number[] = [];
    const killedAt: number[] = [];
    for (const step of at) {
      const end = await train({ family, folder, weightsOnly: false }, step);
      if (end.kind === 'done') return { end, lost, killedAt };
      killedAt.push(end.step);
      lost.push(end.step - end.savedStep);
    }
    const end = await train({ family, folder, weightsOnly: false }, null);
    return { end, lost, killedAt };
  });
  if (disturbed.end.kind !== 'done') throw new Error(`${family} did not finish after its kills`);
  const weightsOnly = await inFolder(async (folder) => {
    await train({ family, folder, weightsOnly: false }, Math.ceil(steps / 2));
    return train({ family, folder, weightsOnly: true }, null);
  });
  if (weightsOnly.kind !== 'done') throw new Error(`${family} did not finish from its weights`);
  return {
    family,
    steps,
    kills: disturbed.killedAt,
    lost: disturbed.lost,
    weightsOnlyFrom: weightsOnly.resumedAtStep,
    undisturbed: calm.hashes,
    resumed: disturbed.end.hashes,
    weightsOnly: weightsOnly.hashes,
  };
}

type End =
  | Extract<ProofMessage, { kind: 'done' }>
  | { readonly kind: 'killed'; readonly step: number; readonly savedStep: number };

/** Runs a child to its end, or kills it as soon as it has done so many steps. */
function train(job: ProofJob, killAtStep: number | null): Promise<End> {
  const child = fork(RUNNER, [CHILD, JSON.stringify(job)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const words: string[] = [];
  child.stderr?.on('data', (data: Buffer) => words.push(data.toString()));
  return new Promise((settle, refuse) => {
    let done: End | null = null;
    let lastStep = 0;
    let savedStep = 0;
    child.on('message', (message: ProofMessage) => {
      if (message.kind === 'done') done = message;
      else ({ step: lastStep, savedStep } = message);
      if (killAtStep !== null && lastStep >= killAtStep) child.kill('SIGKILL');
    });
    child.on('error', refuse);
    child.on('exit', (code, signal) => {
      if (done !== null) settle(done);
      else if (signal === 'SIGKILL') settle({ kind: 'killed', step: lastStep, savedStep });
      else
        refuse(
          new Error(
            `the training of ${job.family} ended with ${String(code ?? signal)}: ${words.join('').slice(-2000)}`,
          ),
        );
    });
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'candlewick-proof-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
