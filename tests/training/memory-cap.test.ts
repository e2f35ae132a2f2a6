import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '../../domain/core/result';
import { memoryCap } from '../../training/memory-cap';
import { createTrainerPool, type TrainerPool, type TrainerPoolOptions } from '../../training/pool';
import { canCapMemory, capMemoryOf } from '../support/memory-cap';

type Pool = TrainerPool<{ id: string; do: string }, unknown, unknown>;

const LIMIT_BYTES = 450 * 1024 ** 2;
const logDir = mkdtempSync(join(tmpdir(), 'candlewick-cap-'));
const pools: Pool[] = [];

function poolOf(options: Partial<TrainerPoolOptions> = {}): Pool {
  const pool: Pool = createTrainerPool({
    size: 1,
    entry: join(__dirname, 'children/trainer.cjs'),
    env: process.env,
    memoryLimitBytes: LIMIT_BYTES,
    logDir,
    readOomKills: () => 0,
    ...options,
  });
  pools.push(pool);
  return pool;
}
const run = (pool: Pool, name: string): Promise<Result<unknown>> =>
  pool.run({ id: 'job', do: name }, { onProgress: () => undefined, signal: new AbortController().signal });

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});
afterAll(() => rmSync(logDir, { recursive: true, force: true }));

it('a cap is a command where the system has one, and nothing where it has not', () => {
  expect(memoryCap(1000, { PATH: '/nowhere' })).toBeNull();
  expect(memoryCap(1000, {})).toBeNull();
  const cap = memoryCap(1000, process.env);
  if (canCapMemory()) expect(cap).toEqual([expect.stringMatching(/\/prlimit$/), '--data=1000']);
  else expect(cap).toBeNull();
});

// Where the system has no caps the limit only tells ends apart, as the tests of the pool show; there is nothing to hit.
const onCappingSystems = canCapMemory() ? describe : describe.skip;

onCappingSystems('a memory limit that is enforced', () => {
  it('is the child’s from its start, and none where the pool is told so', async () => {
    expect(await run(poolOf(), 'dataLimit')).toEqual({ ok: true, value: String(LIMIT_BYTES) });
    const told = await run(poolOf({ enforcesMemoryLimit: false }), 'dataLimit');
    expect(told).toEqual({ ok: true, value: 'unlimited' });
  });

  it('hit by arrays is out of memory, which the child itself can tell', async () => {
    const pool = poolOf();
    expect(await run(pool, 'arrays')).toMatchObject({
      ok: false,
      fault: { code: 'OutOfMemory', message: 'Array buffer allocation failed' },
    });
    expect((await run(pool, 'echo')).ok).toBe(true);
  });

  it('hit by the JavaScript heap is out of memory, however the child dies of it', async () => {
    const pool = poolOf();
    expect(await run(pool, 'heap')).toMatchObject({
      ok: false,
      fault: {
        code: 'OutOfMemory',
        message: expect.stringContaining('with a memory limit of 450 MB') as string,
        details: { isLimitEnforced: true, memoryLimitBytes: LIMIT_BYTES },
      },
    });
    expect((await run(pool, 'echo')).ok).toBe(true);
  });

  it('does not make a crash far below it one for want of memory', async () => {
    const fault = await run(poolOf({ memoryLimitBytes: 8 * 1024 ** 3 }), 'segv');
    expect(fault).toMatchObject({ ok: false, fault: { code: 'TrainerCrashed' } });
  });

  it('can be set for a process that runs already', () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
    try {
      const pid = child.pid ?? 0;
      capMemoryOf(pid, 77_000_000);
      expect(readFileSync(`/proc/${pid}/limits`, 'utf8')).toMatch(/^Max data size +77000000 /m);
      expect(execFileSync('prlimit', ['--version'], { encoding: 'utf8' })).toContain('prlimit');
    } finally {
      child.kill('SIGKILL');
    }
  });
});
