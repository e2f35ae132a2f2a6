import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { evaluate } from './evaluate';
import { temporaryFolder, writeFiles } from './temporary-folder';

const folder = temporaryFolder();

/** The id of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

describe('the set-up lock', () => {
  it('lets work run one at a time: two set-ups that add to a counter lose nothing', () => {
    const counter = join(folder(), 'counter');
    writeFileSync(counter, '0');
    const body = `
      const fs = await import('node:fs');
      const { spawn } = await import('node:child_process');
      const lockModule = ${JSON.stringify(`file://${process.cwd()}/infra/setup/lock.mjs`)};
      const child = \`
        const { withLock } = await import(\${JSON.stringify(lockModule)});
        const fs = await import('node:fs');
        for (let i = 0; i < 5; i += 1) {
          await withLock(\${JSON.stringify(input.lock)}, async () => {
            const before = Number(fs.readFileSync(\${JSON.stringify(input.counter)}, 'utf8'));
            await new Promise((go) => setImmediate(go));
            fs.writeFileSync(\${JSON.stringify(input.counter)}, String(before + 1));
          });
        }\`;
      const start = () => new Promise((done) => spawn(process.execPath, ['--input-type=module', '-e', child]).on('close', done));
      return Promise.all([start(), start(), start()]);`;
    expect(evaluate(['lock'], body, { lock: join(folder(), 'lock'), counter })).toEqual([0, 0, 0]);
    expect(readFileSync(counter, 'utf8')).toBe('15');
  });

  it('takes over the lock of a process that is dead, and leaves none behind', () => {
    const lock = join(folder(), 'lock');
    writeFiles(lock, { [`${String(deadPid())}@${hostname()}`]: '' });
    expect(evaluate(['lock'], `return m.withLock(input, async () => 'worked');`, lock)).toBe('worked');
    expect(existsSync(lock)).toBe(false);
  });

  it('releases when the work fails', () => {
    const lock = join(folder(), 'lock');
    const body = `
      await m.withLock(input, async () => { throw new Error('broken'); }).catch(() => {});
      return m.withLock(input, async () => 'again');`;
    expect(evaluate(['lock'], body, lock)).toBe('again');
  });

  it.each([
    ['a living owner on this machine', '7@here', 1_000, false],
    ['a dead owner on this machine', '8@here', 1_000, true],
    ['an owner elsewhere that was heard lately', '8@elsewhere', 59_000, false],
    ['an owner elsewhere, silent for over a minute', '8@elsewhere', 61_000, true],
    ['a living number that nobody refreshed (the pid was given to somebody else)', '7@here', 61_000, true],
  ])('judges %s', (_name, owner, silentMs, stale) => {
    const body = `return m.isStale(input.owner, 0, { nowMs: input.silentMs, host: 'here', isAlive: (pid) => pid === 7 });`;
    expect(evaluate(['lock'], body, { owner, silentMs })).toBe(stale);
  });
});
