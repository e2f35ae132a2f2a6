import { fork, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../../domain/core/result';
import type { ChildMessage } from '../../training/messages';
import { startTrainerChild, type TrainerChild } from '../../training/trainer-child';
import { ENTRY, NEVER, echo, faultOf, isAlive, openPools, run, valueOf, type Job, type Pool } from './pool-bench';

const { logDir, poolOf } = openPools();

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

/** Waits for a condition; jest's own limit ends a test that waits in vain. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
