import { writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreFault } from '../../shared/store/drill-faults';
import { requestsMet } from '../../shared/store/drill-faults';
import { createAttemptLog } from '../../shared/store/attempts';
import { parseMarker } from '../../shared/store/checkpoint-names';
import { getEvenDamaged } from '../../shared/store/port';
import type { LiveRun } from './drill-run';
import type { Injection } from './facts';
import { NO_INJECTION } from './facts';
import { fillDisk } from './small-disk';
import { capMemoryOf, dataBytesOf, freeze, signalProcess } from './trainers';
import { waitFor } from './wait';

/** Updates that a fit has saved before it is hit. */
const SAVED_BEFORE = 20;
const OUTAGE_MS = 6_000;
const STALL_FOR_MS = 2_000;
/** Between what a trainer needs between two steps and the most that it needs in one: a step of half the batch fits. */
const CAP_AT_SHARE = 0.75;

/** SIGKILL to the compute child in the midst of a fit. */
export async function killTrainer(run: LiveRun): Promise<Injection> {
  const { attemptId } = await run.untilSaved(SAVED_BEFORE);
  const pid = await run.untilTrainer();
  await freeze(pid);
  const struck = await recordOf(run, attemptId);
  signalProcess(pid, 'SIGKILL');
  return { ...NO_INJECTION, what: `SIGKILL to trainer ${String(pid)}`, atMs: Date.now(), struck };
}

/** SIGKILL to the worker, with its child left to notice by itself. */
export async function killWorker(run: LiveRun): Promise<Injection> {
  const { attemptId } = await run.untilSaved(SAVED_BEFORE);
  const pid = run.workerPid();
  await freeze(pid);
  const struck = await recordOf(run, attemptId);
  signalProcess(pid, 'SIGKILL');
  return { ...NO_INJECTION, what: `SIGKILL to worker ${String(pid)}`, atMs: Date.now(), struck };
}

/** Cuts the newest checkpoint in half while the trainer stands still, then kills it. */
export async function truncateCheckpoint(run: LiveRun): Promise<Injection> {
  const { attemptId } = await run.untilSaved(SAVED_BEFORE);
  const pid = await run.untilTrainer();
  const { names, folder } = await waitFor('two checkpoints', run.limitMs, async () => {
    await freeze(pid);
    const found = await checkpointsOf(run);
    if (found.names.length >= 2) return found;
    signalProcess(pid, 'SIGCONT');
    return null;
  });
  const [before, newest] = names.slice(-2);
  const key = `${folder}bytes/${newest ?? ''}`;
  const bytes = (await run.objects.get(key)) ?? new Uint8Array();
  await run.objects.put(key, bytes.subarray(0, Math.floor(bytes.length / 2)), { ifAbsent: false });
  const stepBefore =
    parseMarker(await run.objects.get(`${folder}markers/${before ?? ''}.json`), before ?? '')?.step ?? null;
  const struck = await recordOf(run, attemptId);
  signalProcess(pid, 'SIGKILL');
  const what = `the newest checkpoint cut from ${String(bytes.length)} to ${String(Math.floor(bytes.length / 2))} bytes, SIGKILL to its trainer`;
  return { ...NO_INJECTION, what, atMs: Date.now(), struck, stepBefore };
}

/** Watches what the first trainer needs, caps it below that once its first epoch is saved, and caps its successor alike. */
export async function capMemory(run: LiveRun): Promise<Injection> {
  const log = createAttemptLog(run.objects);
  const seen: number[] = [];
  const trainer = await waitFor('the first epoch to be saved', run.limitMs, async () => {
    if (run.hasEnded()) throw new Error('the run ended before its first epoch was seen to be saved');
    const fit = (await log.ofRun(run.runId)).find(({ training }) => training !== null && training.step > 0);
    if (fit === undefined) return null;
    const pid = await run.untilTrainer();
    const bytes = dataBytesOf(pid);
    if (bytes !== null) seen.push(bytes);
    return (await checkpointsOf(run)).names.length > 0 ? pid : null;
  });
  await freeze(trainer);
  const struck =
    (await log.ofRun(run.runId)).find(({ training, outcome }) => training !== null && outcome === 'running') ?? null;
  const [least, most] = [Math.min(...seen), Math.max(...seen)];
  const capBytes = Math.round(least + CAP_AT_SHARE * (most - least));
  capMemoryOf(trainer, capBytes);
  const atMs = Date.now();
  signalProcess(trainer, 'SIGCONT');
  const next = await waitFor('another trainer', run.limitMs, async () => {
    if (run.hasEnded()) throw new Error('the run ended under the cap, without another trainer');
    const pid = await run.untilTrainer();
    return pid === trainer ? null : pid;
  });
  capMemoryOf(next, capBytes);
  const what = `a cap of ${String(Math.round(capBytes / 1e6))} MB on the trainer, which needed ${String(Math.round(most / 1e6))} MB at most`;
  return { ...NO_INJECTION, what, atMs, struck };
}

/** Fills a real disk in the midst of a fit, and makes room once the fit has said why it does not go on. */
export async function fillRealDisk(run: LiveRun, storeRoot: string): Promise<Injection> {
  const { attemptId } = await run.untilSaved(SAVED_BEFORE);
  const seenRoot = `/proc/${String(run.workerPid())}/root${storeRoot}`;
  const atMs = Date.now();
  const free = fillDisk(join(seenRoot, 'ballast'));
  try {
    await sleep(OUTAGE_MS);
  } finally {
    free();
  }
  const struck = await recordOf(run, attemptId);
  return {
    ...NO_INJECTION,
    what: `a real disk (tmpfs) filled to the last byte for ${seconds(OUTAGE_MS)}`,
    atMs,
    struck,
  };
}

/** Lets the store have a fault for a while in the midst of a fit. */
export async function storeFault(
  run: LiveRun,
  { fault, forMs, what }: { readonly fault: StoreFault; readonly forMs: number; readonly what: string },
): Promise<Injection> {
  const { attemptId } = await run.untilSaved(SAVED_BEFORE);
  const struck = await recordOf(run, attemptId);
  const { faultFile } = run.place;
  const atMs = Date.now();
  writeFileSync(faultFile, JSON.stringify(fault));
  await sleep(forMs);
  rmSync(faultFile);
  return { ...NO_INJECTION, what: `${what} for ${seconds(forMs)}`, atMs, struck, met: requestsMet(faultFile) };
}

export const STORE_AWAY = {
  fault: { kind: 'unavailable' },
  forMs: OUTAGE_MS,
  what: 'every request answered 503',
} as const;
export const DISK_FULL = {
  fault: { kind: 'full' },
  forMs: OUTAGE_MS,
  what: 'every write answered ENOSPC by the store’s port',
} as const;

export function stall(delayMs: number) {
  const fault = { kind: 'slow', delayMs } as const;
  return { fault, forMs: STALL_FOR_MS, what: `every request answered ${seconds(delayMs)} late` };
}

async function recordOf({ objects, runId }: LiveRun, attemptId: string) {
  const all = await createAttemptLog(objects).ofRun(runId);
  return all.find((attempt) => attempt.attemptId === attemptId) ?? null;
}

/** Names of the checkpoints of the only line that is open, oldest first. */
async function checkpointsOf({
  objects,
}: LiveRun): Promise<{ readonly folder: string; readonly names: readonly string[] }> {
  const found = (await objects.list('checkpoints/'))
    .map((key) => /^(.*\/)markers\/([^/]+)\.json$/.exec(key))
    .filter((match) => match !== null);
  const names: string[] = [];
  for (const [key, folder, name] of found) {
    if (name !== undefined && folder !== undefined && parseMarker(await getEvenDamaged(objects, key), name) !== null)
      names.push(name);
  }
  return { folder: found[0]?.[1] ?? '', names: names.sort() };
}

function seconds(ms: number): string {
  return `${String(ms / 1000)} s`;
}
