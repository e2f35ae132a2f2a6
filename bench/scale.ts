import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { freePort } from '../cli/runtime/ports';
import { QUEUES, WORKFLOWS } from '../shared/names/queues';
import type { RunSummary } from '../shared/contracts/run';
import { attemptsOf, damagedIn, markersOf } from '../tests/support/chaos-store';
import { descendants, treeRssBytes } from './process-tree';
import type { Actor } from './scale/scene';
import { Scene } from './scale/scene';
import { openScaleStore } from './scale/store';
import { claimTable, judgeScale } from './scale/verdict';

const RUN_ID = 'scale';
const MIB = 1024 * 1024;
const TRAINERS_A_WORKER = 1;

/**
 * The scale run: many generated symbols, two cpu workers of which one is killed again and again (SIGKILL, with its trainer),
 * and an object store that answers a share of requests with 503. Prints what was claimed and what was found; exits 1 where
 * a claim does not hold.
 *
 *   npm run build && node dist/bench/scale.js --symbols 1000 --kill-every 30 --faults 0.01
 */
async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      symbols: { type: 'string', default: '1000' },
      bars: { type: 'string', default: '2000' },
      parallel: { type: 'string', default: '12' },
      'kill-every': { type: 'string', default: '30' },
      faults: { type: 'string', default: '0.01' },
      keep: { type: 'boolean', default: false },
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'candlewick-scale-'));
  const scene = new Scene(folder);
  try {
    return await play(scene, {
      symbols: Number(values.symbols),
      bars: Number(values.bars),
      parallel: Number(values.parallel),
      killEveryMs: Number(values['kill-every']) * 1000,
      faultShare: Number(values.faults),
    });
  } finally {
    await scene.end();
    if (values.keep) process.stdout.write(`kept: ${folder}\n`);
    else rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface ScalePlan {
  readonly symbols: number;
  readonly bars: number;
  readonly parallel: number;
  readonly killEveryMs: number;
  readonly faultShare: number;
}

async function play(scene: Scene, plan: ScalePlan): Promise<number> {
  const port = await freePort(7400);
  const address = `127.0.0.1:${String(port)}`;
  await scene.server(port);
  const store = await openScaleStore(plan.faultShare);
  scene.onEnd(store.close);
  const env = {
    ...process.env,
    ...store.env,
    TEMPORAL_ADDRESS: address,
    CANDLEWICK_HOME: join(scene.folder, 'home'),
    CANDLEWICK_TRAINERS: String(TRAINERS_A_WORKER),
  };
  const control = scene.worker('control', env);
  const steady = scene.worker('cpu', env);
  const victims = killAgainAndAgain(() => scene.worker('cpu', env), plan.killEveryMs);
  const memory = watchMemory(scene);
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const startedAtMs = Date.now();
  const handle = await client.workflow.start(WORKFLOWS.trainUniverse, {
    taskQueue: QUEUES.control,
    workflowId: RUN_ID,
    args: [configOf(plan)],
  });
  const summary = (await resultOf(handle)) as RunSummary;
  const wallSeconds = (Date.now() - startedAtMs) / 1000;
  const kills = await victims.stop();
  const peaks = memory.stop();
  await Promise.all([control, steady].map((actor) => (actor.kill('SIGTERM'), actor.exited)));
  const { historyLength } = await handle.describe();

  const markers = markersOf(store.root);
  const claims = judgeScale({
    symbols: plan.symbols,
    done: summary.done,
    kills,
    trainersAWorker: TRAINERS_A_WORKER,
    markers,
    attempts: await attemptsOf(store.root, RUN_ID),
    damaged: damagedIn(store.root),
    leftovers: store.leftovers(),
    parentEvents: historyLength,
  });
  const stages = markers.length;
  const lines = [
    `${String(plan.symbols)} symbols of ${String(plan.bars)} bars, ${String(stages)} stages, ${String(kills)} kills, ${store.told()}.`,
    `Wall time ${(wallSeconds / 60).toFixed(1)} min: ${((1000 * wallSeconds) / stages).toFixed(0)} ms a stage, everything counted.`,
    `Peak memory (MiB): ${Object.entries(peaks)
      .map(([name, bytes]) => `${name} ${(bytes / MIB).toFixed(0)}`)
      .join(', ')}.`,
    '',
    claimTable(claims),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  const again = await rerunFromCache(scene, client, env, plan);
  await connection.close();
  process.stdout.write(
    `\nFrom the cache again: ${again.wallSeconds.toFixed(1)} s, ${((1000 * again.wallSeconds) / stages).toFixed(0)} ms a stage: what a durable step costs when nothing is to be computed.\n`,
  );
  return claims.every(({ held }) => held) ? 0 : 1;
}

function configOf({ symbols, bars, parallel }: ScalePlan): Record<string, unknown> {
  return {
    preset: 'screening',
    asOf: '2100-01-01T00:00:00Z',
    source: { kind: 'generated', symbolCount: symbols, bars, delistOne: false },
    models: { majority: { enabled: false }, lightgbm: { minDataInLeaf: 20, earlyStoppingRounds: 50 } },
    execution: { maxParallelSymbols: parallel },
  };
}

/** Asks again while the run goes on: on a busy machine a question of a minute may be cut off, and nothing is lost by that. */
async function resultOf(handle: WorkflowHandle): Promise<unknown> {
  for (let refused = 0; ;) {
    try {
      return await handle.result();
    } catch (error) {
      const status = await handle.describe().then(
        (found) => found.status.name,
        () => null,
      );
      refused = status === null ? refused + 1 : 0;
      if (refused > 30 || (status !== null && status !== 'RUNNING')) throw error;
      await sleep(1_000);
    }
  }
}

/** The same run once more, undisturbed: every stage is a look into the store. */
async function rerunFromCache(
  scene: Scene,
  client: Client,
  env: NodeJS.ProcessEnv,
  plan: ScalePlan,
): Promise<{ readonly wallSeconds: number }> {
  const workers = [scene.worker('control', env), scene.worker('cpu', env), scene.worker('cpu', env)];
  await sleep(5_000);
  const startedAtMs = Date.now();
  const handle = await client.workflow.start(WORKFLOWS.trainUniverse, {
    taskQueue: QUEUES.control,
    workflowId: `${RUN_ID}-again`,
    args: [configOf(plan)],
  });
  await resultOf(handle);
  const wallSeconds = (Date.now() - startedAtMs) / 1000;
  await Promise.all(workers.map((actor) => (actor.kill('SIGTERM'), actor.exited)));
  return { wallSeconds };
}

/** One worker of a pair lives for a while, is killed with everything below it, and another takes its place. */
function killAgainAndAgain(start: () => Actor, everyMs: number): { stop: () => Promise<number> } {
  let kills = 0;
  let current = start();
  const timer = setInterval(() => {
    // The trainer dies with its worker, as on a lost machine.
    for (const pid of descendants(current.pid)) killNow(pid);
    kills += 1;
    current = start();
  }, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      current.kill('SIGTERM');
      await current.exited;
      return kills;
    },
  };
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was gone already.
  }
}

function watchMemory(scene: Scene): { stop: () => Readonly<Record<string, number>> } {
  const peaks = new Map<string, number>();
  const timer = setInterval(() => {
    for (const { name, pid } of scene.living()) peaks.set(name, Math.max(peaks.get(name) ?? 0, treeRssBytes(pid)));
  }, 1_000);
  return { stop: () => (clearInterval(timer), Object.fromEntries(peaks)) };
}

main(process.argv.slice(2)).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
