import { fork, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fault, Result } from '../../domain/core/result';
import type { FittedFold } from '../../training/fit';
import type { ChildMessage } from '../../training/messages';
import type { ProcessMemory } from '../../training/process-memory';
import { createTrainerPool, type TrainerPool, type TrainerPoolOptions } from '../../training/pool';
import { startTrainerChild, type TrainerChild } from '../../training/trainer-child';
import { lightGbmPaths } from '../support/lightgbm-engine';
import { foldOf, sampleFoldData } from './fold-data';

interface Job {
  readonly id: string;
  readonly do: string;
  readonly [key: string]: unknown;
}
type Pool = TrainerPool<Job, unknown, { pid?: number; step?: number }>;

const ENTRY = join(__dirname, 'children/trainer.cjs');
const NEVER = new AbortController().signal;
const logDir = mkdtempSync(join(tmpdir(), 'candlewick-pool-'));
const pools: Pool[] = [];

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

const run = (pool: Pool, job: Omit<Job, 'id'>): Promise<Result<unknown>> =>
  pool.run({ id: 'job', ...job } as Job, { onProgress: () => undefined, signal: NEVER });
const echo = async (pool: Pool): Promise<{ pid: number; jobsDone: number; value: unknown }> =>
  valueOf(await run(pool, { do: 'echo', value: 'still here' })) as { pid: number; jobsDone: number; value: unknown };

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});
afterAll(() => rmSync(logDir, { recursive: true, force: true }));

describe('trainer pool', () => {
  it('carries typed arrays and NaN both ways', async () => {
    const value = { rows: Float64Array.of(1, NaN, -0), nested: [Int32Array.of(3)] };
    const answered = valueOf(await run(poolOf(), { do: 'echo', value })) as { value: unknown };
    expect(answered.value).toEqual(value);
  });

  it('keeps its child warm from job to job', async () => {
    const pool = poolOf();
    const first = await echo(pool);
    const second = await echo(pool);
    expect([second.pid, second.jobsDone]).toEqual([first.pid, 1]);
  });

  it('lets hear what the child says on its standard error, of this job alone and to its last word', async () => {
    const pool = poolOf();
    const heard: string[] = [];
    const hearing = { onProgress: () => undefined, onStderr: (text: string) => heard.push(text), signal: NEVER };
    await pool.run({ id: 'job', do: 'say', words: 'first 🕯\n', exit: null }, hearing);
    await run(pool, { do: 'say', words: 'nobody listens\n', exit: null });
    const died = await pool.run(
      { id: 'job', do: 'say', words: `${'x'.repeat(300_000)} last words\n`, exit: 3 },
      hearing,
    );
    expect(died).toMatchObject({ ok: false, fault: { code: 'TrainerCrashed' } });
    expect(heard.join('')).toBe(`first 🕯\n${'x'.repeat(300_000)} last words\n`);
  });

  it('passes progress on in order', async () => {
    const steps: unknown[] = [];
    const options = { onProgress: (progress: unknown) => steps.push(progress), signal: NEVER };
    expect(await poolOf().run({ id: 'job', do: 'steps' }, options)).toEqual({ ok: true, value: 'stepped' });
    expect(steps).toEqual([{ step: 1 }, { step: 2 }, { step: 3 }]);
  });

  it('lets jobs wait for a free child, and runs as many at once as it has children', async () => {
    const pool = poolOf({ size: 2 });
    const answers = await Promise.all([1, 2, 3, 4].map(() => echo(pool)));
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(2);
  });

  it('hands on the fault of a job and replaces the child', async () => {
    const pool = poolOf();
    const before = await echo(pool);
    expect(await run(pool, { do: 'fault' })).toEqual({
      ok: false,
      fault: { code: 'InvalidLabels', message: 'no class' },
    });
    expect((await echo(pool)).pid).not.toBe(before.pid);
  });

  it.each([
    ['throw', 'OutOfMemory', 'Array buffer allocation failed'],
    ['throwCoded', 'StoreUnavailable', 'the store is away'],
  ])('turns what a job throws into a fault: %s', async (name, code, message) => {
    expect(await run(poolOf(), { do: name })).toMatchObject({ ok: false, fault: { code, message } });
  });

  it('keeps the details of a coded error, and the stack of one that nobody foresaw', async () => {
    const pool = poolOf({ size: 2 });
    const [coded, other] = await Promise.all([run(pool, { do: 'throwCoded' }), run(pool, { do: 'throwOther' })]);
    expect(faultOf(coded).details).toEqual({ attempts: 3 });
    expect(faultOf(other)).toMatchObject({ code: 'Unexpected', message: 'a slip' });
    expect(String(faultOf(other).details?.['stack'])).toContain('trainer.cjs');
  });
});

describe('a child that dies', () => {
  const DEATHS: readonly (readonly [string, Omit<Job, 'id'>, string, RegExp])[] = [
    ['native abort', { do: 'abort' }, 'TrainerCrashed', /ended by SIGABRT/],
    ['segmentation fault', { do: 'segv' }, 'TrainerCrashed', /ended by SIGSEGV/],
    ['exit without an answer', { do: 'exit', code: 0 }, 'TrainerCrashed', /ended by exit code 0/],
    ['uncaught error', { do: 'uncaught' }, 'TrainerCrashed', /exit code 1 .*Error: nobody caught this/],
    ['closed channel', { do: 'disconnect' }, 'TrainerCrashed', /ended by SIGKILL/],
    ['failed allocation in a library', { do: 'badAlloc' }, 'OutOfMemory', /ended by SIGABRT .*bad_alloc/],
  ];

  it.each(DEATHS)('%s: is told from others, and the pool works on', async (_name, job, code, message) => {
    const pool = poolOf();
    const fault = faultOf(await run(pool, job));
    expect(fault.code).toBe(code);
    expect(fault.message).toMatch(message);
    expect((await echo(pool)).value).toBe('still here');
  });

  it('of a full V8 heap ran out of memory', async () => {
    const pool = poolOf({ execArgv: ['--max-old-space-size=40'] });
    const fault = faultOf(await run(pool, { do: 'heap' }));
    expect(fault.code).toBe('OutOfMemory');
    expect(fault.message).toMatch(/ended by SIGABRT .*JavaScript heap out of memory/);
    expect((await echo(pool)).value).toBe('still here');
  });

  it('killed at 90 % of the memory limit ran out of memory', async () => {
    const memory = { rssBytes: 900, peakRssBytes: 900, dataBytes: 0 };
    const readMemory = (pid: number): Promise<ProcessMemory> => {
      setImmediate(() => process.kill(pid, 'SIGKILL'));
      return Promise.resolve(memory);
    };
    const limit = { memoryLimitBytes: 1000, enforcesMemoryLimit: false };
    const fault = faultOf(await run(poolOf({ ...limit, readMemory }), { do: 'hang' }));
    expect(fault.code).toBe('OutOfMemory');
    expect(fault.details).toMatchObject({ signal: 'SIGKILL', ...memory, memoryLimitBytes: 1000 });
  });

  it('killed while the kernel’s counter rose ran out of memory', async () => {
    let kills = 4;
    expect(faultOf(await killed(poolOf({ readOomKills: () => (kills += 1) }))).code).toBe('OutOfMemory');
  });

  it('leaves its last words, bounded, in the details and in a log', async () => {
    const fault = faultOf(await run(poolOf(), { do: 'flood', bytes: 100_000 }));
    expect(fault.details).toMatchObject({ signal: 'SIGKILL', exitCode: null, stderrTail: 'x'.repeat(1000) });
    const log = readFileSync(String(fault.details?.['log']), 'utf8');
    expect(log).toContain('x'.repeat(8192));
    expect(log).not.toContain('x'.repeat(8193));
  });

  it('that never started is a crash that names the file', async () => {
    const fault = faultOf(await run(poolOf({ entry: join(__dirname, 'children/missing.cjs') }), { do: 'echo' }));
    expect(fault.code).toBe('TrainerCrashed');
    expect(fault.message).toContain('missing.cjs');
  });

  it('by SIGKILL in the middle of a LightGBM fit is a crash, and the refit gives what an undisturbed fit gives', async () => {
    const pool = poolOf();
    const data = sampleFoldData(2_000);
    const settings = { numLeaves: 15, minDataInLeaf: 20, featureFraction: 0.8, baggingFraction: 0.8, baggingFreq: 1 };
    const params = { ...settings, rounds: 60, earlyStoppingRounds: 60, learningRate: 0.1, lambdaL2: 1, maxBin: 63 };
    const input = { ...data, fold: foldOf(data.features.rows), params, seed: 5 };
    const job: Job = { id: 'fit', do: 'fit', input, engine: { ...lightGbmPaths(), threads: 1 } };
    let lastStep = 0;
    const kill = ({ pid, step }: { pid?: number; step?: number }): void => {
      lastStep = step ?? 0;
      if (lastStep === 20) process.kill(pid ?? 0, 'SIGKILL');
    };
    expect(faultOf(await pool.run(job, { onProgress: kill, signal: NEVER })).code).toBe('TrainerCrashed');
    expect(lastStep).toBeGreaterThanOrEqual(20);
    const refit = valueOf(await run(pool, job)) as FittedFold;
    const undisturbed = valueOf(await run(poolOf(), job)) as FittedFold;
    expect(refit).toEqual(undisturbed);
    expect(refit.modelBytes.length).toBeGreaterThan(1000);
  });
});

describe('stopping', () => {
  it.each([
    ['a child that obeys SIGTERM', 'hang', 60_000],
    ['a child that ignores SIGTERM', 'ignoreTerm', 50],
  ])('%s is gone when the cancelled job is answered', async (_name, name, killGraceMs) => {
    const pool = poolOf({ killGraceMs });
    const abort = new AbortController();
    let pid = 0;
    const onProgress = (progress: { pid?: number }): void => {
      pid = progress.pid ?? 0;
      abort.abort();
    };
    const fault = faultOf(await pool.run({ id: 'job', do: name }, { onProgress, signal: abort.signal }));
    expect(fault.code).toBe('Cancelled');
    expect(isAlive(pid)).toBe(false);
    expect((await echo(pool)).value).toBe('still here');
  });

  it('a job that waits is cancelled without a child, and its place is not lost', async () => {
    const pool = poolOf();
    const abort = new AbortController();
    const first = run(pool, { do: 'echo' });
    const waiting = pool.run({ id: 'waiting', do: 'echo' }, { onProgress: () => undefined, signal: abort.signal });
    const third = echo(pool);
    abort.abort();
    expect(faultOf(await waiting).code).toBe('Cancelled');
    expect((await first).ok).toBe(true);
    expect((await third).jobsDone).toBe(1);
  });

  it('close ends running and waiting jobs and every child', async () => {
    const pool = poolOf();
    const codes: string[] = [];
    const keep = (result: Result<unknown>): void => void codes.push(faultOf(result).code);
    const pid = await new Promise<number>((resolve) => {
      const onProgress = (progress: { pid?: number }): void => resolve(progress.pid ?? 0);
      void pool.run({ id: 'job', do: 'hang' }, { onProgress, signal: NEVER }).then(keep);
      void run(pool, { do: 'echo' }).then(keep);
    });
    await pool.close();
    expect(codes).toEqual(['Cancelled', 'Cancelled']);
    expect(isAlive(pid)).toBe(false);
    expect(faultOf(await run(pool, { do: 'echo' })).code).toBe('Cancelled');
  });

  it('the death of the parent ends the child', async () => {
    const { pid, killParent } = await orphanOf({ do: 'hang' });
    expect(isAlive(pid)).toBe(true);
    await killParent();
    await until(() => !isAlive(pid));
  });
});

describe('a job that can stop', () => {
  const newPath = (): string => join(logDir, `saved-${randomUUID()}`);

  it('cancelled, saves before its child is gone, and says where it stood', async () => {
    const path = newPath();
    const { pid, result } = await cancelAtOnce(poolOf({ killGraceMs: 1 }), { do: 'train', path, saveMs: 200 });
    expect(faultOf(result)).toMatchObject({ code: 'Cancelled', details: { step: 7 } });
    expect(readFileSync(path, 'utf8')).toBe('saved');
    expect(isAlive(pid)).toBe(false);
  });

  it('that is done before it can stop hands over its result', async () => {
    const { result } = await cancelAtOnce(poolOf(), { do: 'trainToTheEnd' });
    expect(valueOf(result)).toBe('done in the last moment');
  });

  it('told to stop in the moment in which it ends is gone all the same', async () => {
    const pool = poolOf({ saveGraceMs: 600_000, killGraceMs: 600_000 });
    for (let time = 0; time < 8; time += 1) {
      const { pid } = await cancelAtOnce(pool, { do: 'endsWithoutATurn' });
      expect(isAlive(pid)).toBe(false);
    }
  });

  it('and does not, is killed when its time is over', async () => {
    const { pid, result } = await cancelAtOnce(poolOf({ saveGraceMs: 50 }), { do: 'trainThenHang' });
    expect(faultOf(result).code).toBe('Cancelled');
    expect(isAlive(pid)).toBe(false);
  });

  it('saves when the pool is closed', async () => {
    const pool = poolOf({ killGraceMs: 1 });
    const path = newPath();
    const { running } = await started(pool, { do: 'train', path, saveMs: 100 });
    await pool.close();
    expect(faultOf(await running).code).toBe('Cancelled');
    expect(readFileSync(path, 'utf8')).toBe('saved');
  });

  it('saves when somebody else sends its process SIGTERM, and the process ends by itself', async () => {
    const child = startChild();
    const path = newPath();
    const pid = await new Promise<number>((resolve) => {
      const job = { id: 'job', do: 'train', path, saveMs: 50 };
      void child.run(job, (progress) => resolve((progress as { pid: number }).pid));
    });
    process.kill(pid, 'SIGTERM');
    expect(await child.ended).toMatchObject({ code: 0, signal: null });
    expect(readFileSync(path, 'utf8')).toBe('saved');
  });

  it('saves when its parent is killed, and the process ends by itself', async () => {
    const path = newPath();
    const { pid, killParent } = await orphanOf({ do: 'train', path, saveMs: 100 });
    await killParent();
    await until(() => !isAlive(pid));
    expect(readFileSync(path, 'utf8')).toBe('saved');
  });

  it('told by a message, saves and answers, and the process takes the next job', async () => {
    const child = fork(ENTRY, [], { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const answers = new Promise<ChildMessage[]>((resolve) => {
      const seen: ChildMessage[] = [];
      child.on('message', (message: ChildMessage) => {
        seen.push(message);
        if (message.kind === 'progress') child.send({ kind: 'stop' });
        if (seen.filter(({ kind }) => kind === 'result').length === 2) resolve(seen);
      });
    });
    child.send({ kind: 'run', job: { do: 'train', saveMs: 1 } });
    child.send({ kind: 'run', job: { do: 'warmth' } });
    const kinds = (await answers).map((message) => (message.kind === 'result' ? message.result.ok : message.kind));
    expect(kinds).toEqual(['stoppable', 'progress', false, true]);
    child.disconnect();
    await once(child, 'exit');
  });

  it('leaves SIGTERM its default meaning once it is done', async () => {
    const child = startChild();
    await child.run({ id: 'job', do: 'stopped' }, () => undefined);
    process.kill(child.pid ?? 0, 'SIGTERM');
    expect(await child.ended).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  it('and one that cannot: a Ctrl-C stops neither', async () => {
    const pool = poolOf();
    for (const name of ['trainToTheEnd', 'hang']) {
      const { pid, running, abort } = await started(pool, { do: name });
      process.kill(pid, 'SIGINT');
      process.kill(pid, 'SIGINT');
      const stillRuns = await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 100, 'runs'))]);
      expect(stillRuns).toBe('runs');
      abort.abort();
      await running;
    }
  });
});

describe('warming', () => {
  const warmth = async (pool: Pool): Promise<{ warmed: boolean; pid: number }> =>
    valueOf(await run(pool, { do: 'warmth' })) as { warmed: boolean; pid: number };

  it('loads the libraries of a child before its first job, which waits for that', async () => {
    const pool = poolOf();
    pool.warm();
    pool.warm();
    const first = await warmth(pool);
    expect(first.warmed).toBe(true);
    pool.warm();
    expect(await warmth(pool)).toEqual(first);
  });

  it('that fails is left to the job', async () => {
    const pool = poolOf({ env: { ...process.env, WARM_FAILS: '1' } });
    pool.warm();
    expect((await warmth(pool)).warmed).toBe(false);
  });

  it('starts no child in a closed pool', async () => {
    const pool = poolOf();
    await pool.close();
    pool.warm();
    expect(faultOf(await run(pool, { do: 'echo' })).code).toBe('Cancelled');
  });
});

/** Runs a job and waits until its child says that it is at work. */
async function started(
  pool: Pool,
  job: Omit<Job, 'id'>,
): Promise<{ pid: number; running: Promise<Result<unknown>>; abort: AbortController }> {
  const abort = new AbortController();
  return new Promise((resolve) => {
    const onProgress = ({ pid }: { pid?: number }): void => resolve({ pid: pid ?? 0, running, abort });
    const running = pool.run({ id: 'job', ...job } as Job, { onProgress, signal: abort.signal });
  });
}

async function cancelAtOnce(pool: Pool, job: Omit<Job, 'id'>): Promise<{ pid: number; result: Result<unknown> }> {
  const { pid, running, abort } = await started(pool, job);
  abort.abort();
  return { pid, result: await running };
}

function startChild(): TrainerChild {
  return startTrainerChild({
    entry: ENTRY,
    env: process.env,
    execArgv: [],
    under: [],
    readMemory: () => Promise.resolve(null),
  });
}

/** A child at work under a parent of its own. */
async function orphanOf(job: Omit<Job, 'id'>): Promise<{ pid: number; killParent: () => Promise<void> }> {
  const parent = spawn(process.execPath, [join(__dirname, 'children/parent.cjs'), logDir, JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const killParent = async (): Promise<void> => {
    parent.kill('SIGKILL');
    await once(parent, 'exit');
  };
  return { pid: Number(line.toString()), killParent };
}

async function killed(pool: Pool): Promise<Result<unknown>> {
  const onProgress = ({ pid }: { pid?: number }): void => void setTimeout(() => process.kill(pid ?? 0, 'SIGKILL'), 0);
  return pool.run({ id: 'job', do: 'hang' }, { onProgress, signal: NEVER });
}

function valueOf(result: Result<unknown>): unknown {
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`);
  return result.value;
}

function faultOf(result: Result<unknown>): Fault {
  if (result.ok) throw new Error('expected a fault');
  return result.fault;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that nobody has reaped yet is dead all the same.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Waits for a condition; jest's own limit ends a test that waits in vain. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
