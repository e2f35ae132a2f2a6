import { MAX_RESTARTS, keepWorker } from '../../../cli/runtime/kept-worker';
import type { RunningWorker } from '../../../cli/runtime/worker-process';

interface FakeWorker extends RunningWorker {
  die(): void;
  readonly stops: () => number;
}

function fakeWorker(pid: number): FakeWorker {
  let die = (): void => undefined;
  let stops = 0;
  const exited = new Promise<void>((resolve) => (die = resolve));
  const stop = async (): Promise<void> => {
    stops += 1;
    die();
    await exited;
  };
  return { pid, log: `worker-${String(pid)}.log`, exited, stop, die: () => die(), stops: () => stops };
}

/** A keeper over fake workers numbered from 1; a start whose number is in `broken` throws. */
async function keeperOf(options: { broken?: readonly number[]; diesAtOnce?: boolean } = {}) {
  const started: FakeWorker[] = [];
  const said: string[] = [];
  const pauses: number[] = [];
  let starts = 0;
  let waiting = (): void => undefined;
  const onStart = (): Promise<void> => new Promise((resolve) => (waiting = resolve));
  const kept = await keepWorker({
    start: () => {
      starts += 1;
      if (options.broken?.includes(starts) === true) return Promise.reject(new Error(`start ${String(starts)} failed`));
      const worker = fakeWorker(starts);
      started.push(worker);
      waiting();
      if (options.diesAtOnce === true) worker.die();
      return Promise.resolve(worker);
    },
    say: (line) => said.push(line),
    pause: (ms) => {
      pauses.push(ms);
      return Promise.resolve();
    },
  });
  return { kept, started, said, pauses, onStart };
}

describe('a kept worker', () => {
  it('is replaced when it dies, and says so in one line', async () => {
    const { started, said, kept, onStart } = await keeperOf();
    const next = onStart();
    started[0]!.die();
    await next;
    await kept.stop();
    expect(said).toEqual([
      'worker 1, log worker-1.log',
      'worker 1 ended by itself, log worker-1.log; another starts in 0.5 s',
      'worker 2, log worker-2.log',
    ]);
    expect(started[1]!.stops()).toBe(1);
  });

  it('is given up after so many restarts, with pauses that double up to half a minute', async () => {
    const { kept, started, pauses, said } = await keeperOf({ diesAtOnce: true });
    await kept.exited;
    expect(started).toHaveLength(1 + MAX_RESTARTS);
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000, 30000]);
    expect(said.at(-1)).toContain('given up');
  });

  it('counts a replacement that does not start as one that died', async () => {
    const { kept, started, said, onStart } = await keeperOf({ broken: [2] });
    const next = onStart();
    started[0]!.die();
    await next;
    await kept.stop();
    expect(said).toContain('start 2 failed');
    expect(started.map(({ pid }) => pid)).toEqual([1, 3]);
  });

  it('throws where the first one does not start', async () => {
    await expect(keeperOf({ broken: [1] })).rejects.toThrow('start 1 failed');
  });

  it('is not replaced once it is stopped', async () => {
    const { kept, started, said } = await keeperOf();
    await kept.stop();
    await kept.exited;
    expect(started).toHaveLength(1);
    expect(said).toEqual(['worker 1, log worker-1.log']);
  });

  it('stops a replacement that was starting while the stop was asked for', async () => {
    const started: FakeWorker[] = [];
    let arrive: (worker: RunningWorker) => void = () => undefined;
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const kept = await keepWorker({
      start: () => {
        const worker = fakeWorker(started.length + 1);
        started.push(worker);
        if (started.length === 1) return Promise.resolve(worker);
        begin();
        return new Promise((resolve) => (arrive = resolve));
      },
      say: () => undefined,
      pause: () => Promise.resolve(),
    });
    started[0]!.die();
    await begun;
    const stopped = kept.stop();
    arrive(started[1]!);
    await stopped;
    expect(started[1]!.stops()).toBe(1);
    expect(started).toHaveLength(2);
  });
});
