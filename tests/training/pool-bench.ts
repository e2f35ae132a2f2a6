import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fault, Result } from '../../domain/core/result';
import { createTrainerPool, type TrainerPool, type TrainerPoolOptions } from '../../training/pool';

export interface Job {
  readonly id: string;
  readonly do: string;
  readonly [key: string]: unknown;
}
export type Pool = TrainerPool<Job, unknown, { pid?: number; step?: number }>;

/** The child of these tests, which does as its job says. */
export const ENTRY = join(__dirname, 'children/trainer.cjs');
export const NEVER = new AbortController().signal;

/** Pools of one test file, closed after each test, and the folder of their logs, which goes with the last one. */
export function openPools() {
  const logDir = mkdtempSync(join(tmpdir(), 'candlewick-pool-'));
  const pools: Pool[] = [];
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.close()));
  });
  afterAll(() => rmSync(logDir, { recursive: true, force: true }));

  function poolOf(options: Partial<TrainerPoolOptions> = {}): Pool {
    const pool: Pool = createTrainerPool({
      size: 1,
      entry: ENTRY,
      env: process.env,
      memoryLimitBytes: null,
      logDir,
      readOomKills: () => 0,
      ...options,
    });
    pools.push(pool);
    return pool;
  }
  return { logDir, poolOf };
}

export const run = (pool: Pool, job: Omit<Job, 'id'>): Promise<Result<unknown>> =>
  pool.run({ id: 'job', ...job } as Job, { onProgress: () => undefined, signal: NEVER });
export const echo = async (pool: Pool): Promise<{ pid: number; jobsDone: number; value: unknown }> =>
  valueOf(await run(pool, { do: 'echo', value: 'still here' })) as { pid: number; jobsDone: number; value: unknown };

export function valueOf(result: Result<unknown>): unknown {
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`);
  return result.value;
}

export function faultOf(result: Result<unknown>): Fault {
  if (result.ok) throw new Error('expected a fault');
  return result.fault;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that nobody has reaped yet is dead all the same.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
