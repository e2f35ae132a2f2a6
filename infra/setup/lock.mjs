import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { say } from './progress.mjs';

const BEAT_MS = 5_000;
const SILENT_AFTER_MS = 60_000;
const POLL_MS = 300;

/**
 * Runs `work` while holding the lock `path`. The lock is a folder with one file named after its owner: it is taken by renaming
 * a prepared folder onto it, which fails while an owner is inside, so two set-ups never both hold it. A dead owner's file is
 * removed by its name, so nobody can remove a living owner's by mistake.
 */
export async function withLock(path, work) {
  const mine = await acquire(path);
  const beat = setInterval(() => touch(join(path, mine)), BEAT_MS);
  beat.unref();
  const release = () => {
    rmSync(join(path, mine), { force: true });
    removeIfEmpty(path);
  };
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.removeListener('exit', release);
    release();
  }
}

/** Whether an owner file's process can no longer be at work: dead on this machine, or silent for a minute anywhere. */
export function isStale(owner, touchedMs, { nowMs, host, isAlive }) {
  const [pid, ...ownerHost] = owner.split('@');
  if (ownerHost.join('@') === host && !isAlive(Number(pid))) return true;
  return nowMs - touchedMs > SILENT_AFTER_MS;
}

async function acquire(path) {
  mkdirSync(dirname(path), { recursive: true });
  const mine = `${process.pid}@${hostname()}`;
  let told = false;
  for (;;) {
    if (tryTake(path, mine)) return mine;
    const owner = ownerOf(path);
    if (owner === null) continue;
    if (isStale(owner.name, owner.touchedMs, { nowMs: Date.now(), host: hostname(), isAlive })) {
      say(`  Taking over the lock of set-up ${owner.name}, which is no longer running`);
      rmSync(join(path, owner.name), { force: true });
      continue;
    }
    if (!told) say(`  Another set-up (${owner.name}) is at work; waiting for it`);
    told = true;
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
}

function tryTake(path, mine) {
  const prepared = mkdtempSync(join(dirname(path), `.${basename(path)}-`));
  writeFileSync(join(prepared, mine), '');
  try {
    renameSync(prepared, path);
    return true;
  } catch (error) {
    rmSync(prepared, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST'].includes(error.code)) return false;
    throw error;
  }
}

function ownerOf(path) {
  try {
    const [name] = readdirSync(path);
    return name === undefined ? null : { name, touchedMs: statSync(join(path, name)).mtimeMs };
  } catch {
    return null;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function touch(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Released, or taken over after a long sleep of the machine.
  }
}

function removeIfEmpty(path) {
  try {
    rmdirSync(path);
  } catch {
    // The next owner is inside already.
  }
}
