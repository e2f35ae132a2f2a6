import type { AttemptRecord } from '../../shared/store/attempts';
import { readRunRecord } from '../../shared/store/run-files';
import { openFileStore } from '../../shared/store/open-store';
import type { RunRecord } from '../../shared/contracts/run-record';
import type { ChaosHome, ChaosPlan, RunningCommand } from './chaos-home';
import type { Strike } from './chaos-kills';
import { freeze, look } from './chaos-kills';
import { attemptsOf } from './chaos-store';
import { signalProcess, waitFor } from './processes';

/** Nets of two to three seconds and 198 updates each; wide enough that an update takes its time without a pause. */
export const CHAOS_NETS = ['lstm', 'gru', 'tcn', 'mlp'] as const;
export type ChaosNet = (typeof CHAOS_NETS)[number];
export const CHAOS_STEPS = 198;
export const CHAOS_SYMBOL = 'GEN01';

const REACH_LIMIT_MS = 180_000;
const SETTLE_MS = 100;

const SETTINGS = [
  ...['source.symbolCount=1', 'source.delistOne=false', 'source.bars=4000', 'evaluation.bootstrapSamples=20'],
  ...['nets.lookback=16', 'nets.batchSize=64', 'nets.maxEpochs=6', 'nets.patience=6', 'nets.checkpointSeconds=0.3'],
  ...['models.lstm.units=128', 'models.gru.units=128', 'models.tcn.channels=64', 'models.mlp.hidden=[512,256]'],
];

/** One symbol, two horizons, and these nets one after the other: what is struck is never in doubt. */
export function netPlan(families: readonly ChaosNet[], ...settings: readonly string[]): ChaosPlan {
  return {
    run: [
      ...['run', '--json', '--preset', 'quick', '--as-of', '2030-01-01T00:00:00Z'],
      ...['--models', families.join(','), '--set', ...SETTINGS, ...settings],
    ],
    env: { CANDLEWICK_TRAINERS: '1' },
  };
}

/** A fit of a net: the part of its stage, and the ids of its activities by rung. */
export function netPart(family: ChaosNet): string {
  return `${family}-h20+60-f0`;
}

export function netActivity(family: ChaosNet, rung = 0): string {
  return `train-${family}-${CHAOS_SYMBOL}-h20+60-f0${rung === 0 ? '' : `-rung${String(rung)}`}`;
}

/** A run of nets, and the command that follows it now. */
export interface NetRun {
  readonly home: ChaosHome;
  readonly runId: string;
  readonly command: RunningCommand;
  readonly storeRoot: string;
}

export type TrainingAttempt = AttemptRecord & { readonly training: NonNullable<AttemptRecord['training']> };

/** The attempts at a fit, oldest first. */
export async function attemptsAt({ storeRoot, runId }: NetRun, family: ChaosNet): Promise<readonly AttemptRecord[]> {
  const attempts = await attemptsOf(storeRoot, runId);
  return attempts.filter(({ part }) => part === netPart(family)).sort((a, b) => a.startedAtMs - b.startedAtMs);
}

/** Waits until an attempt that is not one of the earlier ones trains, and has done so many updates. */
export function untilStep(
  run: NetRun,
  family: ChaosNet,
  step: number,
  earlier: ReadonlySet<string> = new Set(),
): Promise<TrainingAttempt> {
  return waitFor(`${family} to reach step ${String(step)}`, REACH_LIMIT_MS, async () => {
    if (run.command.hasEnded()) {
      const { code, stderr } = await run.command.ended;
      throw new Error(`the command ended (exit code ${String(code)}) before ${family} reached its step:\n${stderr}`);
    }
    const all = await attemptsAt(run, family);
    const done = all.find(({ outcome, attemptId }) => outcome === 'published' && !earlier.has(attemptId));
    if (done !== undefined) throw new Error(`${family} was done before step ${String(step)} was seen`);
    const live = all.filter(({ outcome, attemptId }) => outcome === 'running' && !earlier.has(attemptId));
    return live.filter(isTraining).find(({ training }) => training.step >= step) ?? null;
  });
}

function isTraining(attempt: AttemptRecord): attempt is TrainingAttempt {
  return attempt.training !== null;
}

/** Who is struck, in which fit, after how many updates. */
export interface NetStrike {
  readonly family: ChaosNet;
  readonly victim: 'worker' | 'compute';
  readonly step: number;
}

/**
 * Stops the victim's clock (SIGSTOP) in the midst of a fit, looks, and calls `strike` while all stands still. Attempts that an
 * earlier kill left in the dark are named in `earlier`.
 */
export async function strikeFit(
  run: NetRun,
  { family, victim, step }: NetStrike,
  strike: (pid: number) => void,
  earlier: ReadonlySet<string> = new Set(),
): Promise<Strike> {
  const attempt = await untilStep(run, family, step, earlier);
  const pid = pidOf(run, victim);
  await freeze(run.home, pid);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const seen = await look({ home: { ...run.home, storeRoot: run.storeRoot }, runId: run.runId });
  const running = seen.running.filter(({ attemptId }) => !earlier.has(attemptId));
  if (!running.some(({ attemptId }) => attemptId === attempt.attemptId)) {
    signalProcess(pid, 'SIGCONT');
    throw new Error(`${family} ended in the instant in which it was to be struck`);
  }
  strike(pid);
  return { ...seen, running };
}

/** The worker, or its only compute child. */
export function pidOf({ home }: NetRun, role: 'worker' | 'compute'): number {
  const found = home.processes().filter((process) => process.role === role);
  if (found.length !== 1) throw new Error(`expected one process as ${role}, found ${String(found.length)}`);
  return found[0]!.pid;
}

export async function recordOf({ storeRoot, runId }: NetRun): Promise<RunRecord> {
  const record = await readRunRecord(openFileStore(storeRoot, () => undefined).objects, runId);
  if (record === null) throw new Error(`run ${runId} left no record`);
  return record;
}

/** Starts a run in a home, on the home's own store or on another one. */
export function startNetRun(home: ChaosHome, runId: string, storeRoot = home.storeRoot): NetRun {
  return { home, runId, storeRoot, command: home.run(runId, { CANDLEWICK_STORE: storeRoot }) };
}

/** The document that a command printed; throws what it said where it did not end well. */
export async function documentOf({ ended }: RunningCommand): Promise<{
  readonly status: string;
  readonly wastedSeconds: number;
  readonly symbols: readonly unknown[];
}> {
  const { code, stdout, stderr } = await ended;
  if (code !== 0) throw new Error(`the command ended with ${String(code)}:\n${stderr}`);
  return JSON.parse(stdout) as Awaited<ReturnType<typeof documentOf>>;
}
