import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { RandomStream } from '../domain/core/random';
import { randomFromSeed } from '../domain/core/random';
import { lostSeconds, lostSteps } from '../shared/store/attempts';
import {
  attemptsOf,
  computedAgain,
  lostAttempts,
  markersOf,
  publishedIn,
  refitsIn,
} from '../tests/support/chaos-store';

const RUN_ID = 'compared';
const KILLS = Number(process.env.CANDLEWICK_KILLS ?? '3');
const CLI = join(__dirname, '..', 'cli', 'main.js');

interface Finished {
  readonly home: string;
  readonly exitCode: number;
  readonly wallSeconds: number;
  readonly kills: number;
}

/**
 * Runs `candlewick run …` with the arguments given twice, each in a state folder of its own: undisturbed, and with its
 * worker killed (SIGKILL; three times, or CANDLEWICK_KILLS) at instants drawn from a seed. Prints whether everything that was published is equal
 * by hash, what was lost, and what the kills cost. Exits 1 where anything differs.
 *
 *   npm run build && node dist/bench/kill-and-compare.js --source 'bars/*.csv.gz' --preset standard
 */
async function main(runArguments: readonly string[]): Promise<number> {
  const seed = Number(process.env.CANDLEWICK_CHAOS_SEED ?? '1');
  const random = randomFromSeed(seed);
  const calm = await run(runArguments, () => Promise.resolve(0));
  const killed = await run(runArguments, (workerPids, isOver) =>
    killWorkers(KILLS, workerPids, isOver, random, calm.wallSeconds),
  );
  const lines = await compare(calm, killed, seed);
  process.stdout.write(`${lines.text.join('\n')}\n`);
  for (const { home } of [calm, killed]) rmSync(home, { recursive: true, force: true });
  return lines.equal ? 0 : 1;
}

/** Runs the command to its end while `disturb` may act on the workers that it names. */
async function run(
  runArguments: readonly string[],
  disturb: (workerPids: readonly number[], isOver: () => boolean) => Promise<number>,
): Promise<Finished> {
  const home = mkdtempSync(join(tmpdir(), 'candlewick-compare-'));
  const env = { ...process.env, CANDLEWICK_HOME: home };
  const startedAtMs = Date.now();
  const child = spawn(process.execPath, [CLI, 'run', '--json', '--id', RUN_ID, ...runArguments], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const workerPids: number[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    for (const [, pid] of text.matchAll(/worker (\d+), log/g)) workerPids.push(Number(pid));
  });
  const closed = new Promise<number>((resolve) => void child.once('close', (code) => resolve(code ?? 1)));
  const kills = await disturb(workerPids, () => child.exitCode !== null);
  const exitCode = await closed;
  const wallSeconds = (Date.now() - startedAtMs) / 1000;
  await new Promise<void>((resolve) => {
    spawn(process.execPath, [CLI, 'stop'], { env, stdio: 'ignore' }).once('close', () => resolve());
  });
  return { home, exitCode, wallSeconds, kills };
}

/** One kill somewhere in each part of the undisturbed time; the worker of that instant is the last one that was named. */
async function killWorkers(
  wanted: number,
  workerPids: readonly number[],
  isOver: () => boolean,
  random: RandomStream,
  calmSeconds: number,
): Promise<number> {
  let kills = 0;
  for (let part = 0; part < wanted; part += 1) {
    await sleep(((0.3 + 0.6 * random.uniform()) * calmSeconds * 1000) / wanted);
    const pid = workerPids.at(-1);
    if (isOver() || pid === undefined) continue;
    process.kill(pid, 'SIGKILL');
    kills += 1;
  }
  return kills;
}

async function compare(
  calm: Finished,
  killed: Finished,
  seed: number,
): Promise<{ equal: boolean; text: readonly string[] }> {
  const stores = [calm, killed].map(({ home }) => join(home, 'store'));
  const [calmStore = '', killedStore = ''] = stores;
  const published = publishedIn(calmStore);
  const attempts = await attemptsOf(killedStore, RUN_ID);
  const lost = lostAttempts(attempts);
  const again = computedAgain(markersOf(killedStore), attempts);
  const seconds = lost.reduce((sum, attempt) => sum + lostSeconds(attempt), 0);
  const steps = lost.flatMap((attempt) => lostSteps(attempt) ?? []);
  const equal =
    isDeepStrictEqual(published, publishedIn(killedStore)) && calm.exitCode === killed.exitCode && again.length === 0;
  const text = [
    `seed ${String(seed)}: exit ${String(calm.exitCode)} undisturbed, exit ${String(killed.exitCode)} with ${String(killed.kills)} kills of the worker`,
    `published results: ${String(Object.keys(published).length)}; ${equal ? 'equal in every hash' : 'NOT EQUAL'}; computed again after publication: ${String(again.length)}`,
    `computations lost: ${String(lost.length)}, computed anew: ${String(refitsIn(attempts))}, work thrown away: ${seconds.toFixed(1)} s`,
    `trainings of nets interrupted: ${String(steps.length)}, updates of each done again: ${steps.join(', ') || 'none'}`,
    `wall time: ${calm.wallSeconds.toFixed(1)} s undisturbed, ${killed.wallSeconds.toFixed(1)} s with kills (ratio ${(killed.wallSeconds / calm.wallSeconds).toFixed(2)})`,
  ];
  return { equal, text };
}

main(process.argv.slice(2)).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
