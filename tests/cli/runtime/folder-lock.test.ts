import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { withFolderLock } from '../../../cli/runtime/folder-lock';

let folder = '';
let lock = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'candlewick-lock-'));
  lock = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

/** A lock as another process holds it. */
function heldBy(pid: number, host = hostname()): string {
  mkdirSync(lock, { recursive: true });
  const file = join(lock, `${String(pid)}@${host}@other`);
  writeFileSync(file, '');
  return file;
}

describe('the folder lock', () => {
  it('is held by one at a time, though all of them find the lock of a dead process', async () => {
    heldBy(deadPid());
    let inside = 0;
    const seen: number[] = [];
    const work = async (): Promise<void> => {
      inside += 1;
      seen.push(inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 5 }, () => withFolderLock(lock, work)));
    expect(seen).toEqual([1, 1, 1, 1, 1]);
  });

  it('waits for a living owner', async () => {
    const other = heldBy(process.pid);
    const order: string[] = [];
    const waiting = withFolderLock(lock, () => Promise.resolve(order.push('taken')));
    order.push('released');
    expect(existsSync(other)).toBe(true);
    rmSync(other);
    await waiting;
    expect(order).toEqual(['released', 'taken']);
  });

  it('is taken over from an owner that has been silent for more than a minute, whatever process has its number now', async () => {
    const other = heldBy(process.pid, 'elsewhere');
    const longAgo = new Date(Date.now() - 61_000);
    utimesSync(other, longAgo, longAgo);
    expect(await withFolderLock(lock, () => Promise.resolve('mine'))).toBe('mine');
  });

  it('releases no lock but its own', async () => {
    await withFolderLock(lock, () => {
      for (const name of readdirSync(lock)) rmSync(join(lock, name));
      heldBy(process.pid);
      return Promise.resolve();
    });
    expect(readdirSync(lock)).toEqual([`${String(process.pid)}@${hostname()}@other`]);
  });

  it('is free again after work that failed, and leaves nothing behind', async () => {
    await expect(withFolderLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(readdirSync(folder)).toEqual([]);
  });
});
