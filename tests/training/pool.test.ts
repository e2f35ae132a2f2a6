import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../../domain/core/result';
import type { FittedFold } from '../../training/fit';
import type { ProcessMemory } from '../../training/process-memory';
import { lightGbmPaths } from '../support/lightgbm-engine';
import { foldOf, sampleFoldData } from './fold-data';
import { NEVER, echo, faultOf, openPools, run, valueOf, type Job, type Pool } from './pool-bench';

const { poolOf } = openPools();

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

async function killed(pool: Pool): Promise<Result<unknown>> {
  const onProgress = ({ pid }: { pid?: number }): void => void setTimeout(() => process.kill(pid ?? 0, 'SIGKILL'), 0);
  return pool.run({ id: 'job', do: 'hang' }, { onProgress, signal: NEVER });
}
