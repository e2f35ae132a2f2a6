import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accumulationSteps, nextRung } from '../../activities/support/ladder';
import type { Result } from '../../domain/core/result';
import type { Rung } from '../../shared/names/rungs';
import type { LineTicket } from '../../shared/store/checkpoint-names';
import { openFileStore } from '../../shared/store/open-store';
import type { TrainingState } from '../../training/neural/contract';
import { createTrainerPool, type TrainerPool } from '../../training/pool';
import { canCapMemory } from '../support/memory-cap';
import { TEST_SETTINGS } from './neural/net-fits';

interface Progress {
  readonly pid: number;
  readonly step?: number;
  readonly begin?: { readonly resumedAtStep: number };
}
interface Trained {
  readonly model: string;
  readonly state: TrainingState;
  readonly ticket: LineTicket;
}

const KEY = 'ab12'.repeat(16);
const BATCH = 64;
/** 60 % of 3000 rows, less the windows that begin before the first: 28 updates an epoch. */
const STEPS_IN_EPOCH = 28;
const EPOCHS = 4;
/** Below what the compiler of the test child's sources takes in advance where it can get it; a real child needs 120 MB. */
const LIMIT_BYTES = 700 * 1024 ** 2;

const roots: string[] = [];
const pools: { close: () => Promise<void> }[] = [];
const newRoot = (): string => {
  const root = mkdtempSync(join(tmpdir(), 'candlewick-net-child-'));
  roots.push(root);
  return root;
};
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});
afterAll(() => roots.forEach((root) => rmSync(root, { recursive: true, force: true })));

function poolOf(memoryLimitBytes: number | null = null): TrainerPool<{ id: string }, Trained, Progress> {
  const pool = createTrainerPool<{ id: string }, Trained, Progress>({
    size: 1,
    entry: join(__dirname, 'children/net-trainer.cjs'),
    env: process.env,
    memoryLimitBytes,
    logDir: newRoot(),
  });
  pools.push(pool);
  return pool;
}

const jobIn = (storeRoot: string) => ({
  id: 'net',
  family: 'mlp',
  sizes: { hidden: [64], dropout: 0.1 },
  settings: {
    ...TEST_SETTINGS,
    lookback: 8,
    batchSize: BATCH,
    maxEpochs: EPOCHS,
    patience: 10,
    checkpointSeconds: 0.001,
  },
  features: 12,
  rows: 3_000,
  seed: 3,
  storeRoot,
  key: KEY,
});

describe('a net in a trainer child', () => {
  it('told to stop, saves at the next step, and goes on from there to the bits of an undisturbed training', async () => {
    const pool = poolOf();
    const undisturbed = valueOf(await train(pool, jobIn(newRoot())).result);
    const root = newRoot();
    const first = train(pool, { ...jobIn(root), slowFromStep: 8 }, { stopAfterStep: 8 });
    const fault = faultOf(await first.result);
    expect(fault.code).toBe('Cancelled');
    const resumed = train(pool, jobIn(root));
    const trained = valueOf(await resumed.result);
    expect(resumed.resumedAtStep()).toBe(first.lastStep());
    expect(resumed.resumedAtStep()).toBeGreaterThanOrEqual(8);
    expect(trained.model).toBe(undisturbed.model);
    expect(trained.state).toEqual(undisturbed.state);
  }, 60_000);

  it('killed, goes on from its last checkpoint to the same bits, and the dead writer is fenced off', async () => {
    const pool = poolOf();
    const root = newRoot();
    const first = train(pool, { ...jobIn(root), slowFromStep: 20 }, { killOnceSavedIn: root });
    expect(faultOf(await first.result).code).toBe('TrainerCrashed');
    const resumed = train(pool, jobIn(root));
    const trained = valueOf(await resumed.result);
    expect(resumed.resumedAtStep()).toBeGreaterThan(0);
    expect(trained.model).toBe(valueOf(await train(pool, jobIn(newRoot())).result).model);
    const { checkpoints } = openFileStore(root, () => undefined);
    expect(trained.ticket.fence).toBe(2);
    await expect(checkpoints.join(KEY, { fence: 1, token: 'dead' })).rejects.toMatchObject({ code: 'Fenced' });
    await (await checkpoints.join(KEY, trained.ticket)).assertNotFenced();
    expect((await checkpoints.epochs(KEY)).map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3]);
  }, 60_000);

  // Where the system has no caps there is none to hit; the pool's tests hold the classification.
  const onCappingSystems = canCapMemory() ? it : it.skip;

  onCappingSystems(
    'out of memory in its second epoch, goes one rung down under the same cap',
    async () => {
      const pool = poolOf(LIMIT_BYTES);
      const root = newRoot();
      const first = train(pool, { ...jobIn(root), ballast: { atStep: STEPS_IN_EPOCH + 3, of: 'arrays' } });
      const fault = faultOf(await first.result);
      expect(fault.code).toBe('OutOfMemory');
      expect(first.lastStep()).toBe(STEPS_IN_EPOCH + 3);

      const place = { batchSize: BATCH, minMicroBatch: 8, rungs: [], device: 'cpu' } as const;
      const rung = nextRung(fault, { ...place, numericalRetries: 3, atStep: first.lastStep() });
      if (rung === null) throw new Error('expected a rung');
      expect(accumulationSteps(BATCH, rung.microBatch)).toBe(2);
      const onRung = async (storeRoot: string, rungs: readonly Rung[]): Promise<{ trained: Trained; from: number }> => {
        const training = train(pool, { ...jobIn(storeRoot), rungs });
        return { trained: valueOf(await training.result), from: training.resumedAtStep() };
      };
      const { trained, from } = await onRung(root, [rung]);
      expect(from).toBeGreaterThanOrEqual(STEPS_IN_EPOCH);
      expect(trained.state.step).toBe(STEPS_IN_EPOCH * EPOCHS);
      expect(trained.state.rungs).toEqual([rung]);
      const undisturbed = (await onRung(newRoot(), [])).trained;
      const [loss, undisturbedLoss] = [trained, undisturbed].map(
        ({ state }) => state.epochs.at(-1)?.stoppingLoss ?? NaN,
      );
      expect(Math.abs((loss ?? NaN) / (undisturbedLoss ?? NaN) - 1)).toBeLessThan(0.01);
    },
    60_000,
  );
});

/** A training under way in the pool, with what it said on the way. */
function train(
  pool: TrainerPool<{ id: string }, Trained, Progress>,
  job: { readonly id: string; readonly [field: string]: unknown },
  { stopAfterStep, killOnceSavedIn }: { stopAfterStep?: number; killOnceSavedIn?: string } = {},
) {
  const abort = new AbortController();
  let last = 0;
  let resumedAt = -1;
  const onProgress = ({ pid, step, begin }: Progress): void => {
    if (begin !== undefined) resumedAt = begin.resumedAtStep;
    if (step === undefined) return;
    last = step;
    if (step === stopAfterStep) abort.abort();
    if (killOnceSavedIn !== undefined && hasCheckpoint(killOnceSavedIn)) process.kill(pid, 'SIGKILL');
  };
  return {
    result: pool.run(job, { onProgress, signal: abort.signal }),
    lastStep: () => last,
    resumedAtStep: () => resumedAt,
  };
}

function hasCheckpoint(root: string): boolean {
  const folder = join(root, 'checkpoints/ab', KEY, 'markers');
  return existsSync(folder) && readdirSync(folder).length > 0;
}

function valueOf(result: Result<Trained>): Trained {
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`);
  return result.value;
}

function faultOf(result: Result<unknown>) {
  if (result.ok) throw new Error('expected a fault');
  return result.fault;
}
