import { waitFor } from '../../cli/drill/wait';
import type { AttemptRecord } from '../../shared/store/attempts';
import { readRunRecord } from '../../shared/store/run-files';
import { openFileStore } from '../../shared/store/open-store';
import type { RunRecord } from '../../shared/contracts/run-record';
import type { ChaosHome, ChaosPlan, RunningCommand } from './chaos-home';
import type { Strike } from './chaos-kills';
import { freeze, look } from './chaos-kills';
import { attemptsOf } from './chaos-store';
import { signalProcess } from './processes';

/** Nets of two to three seconds and 132 updates each; wide enough that an update takes its time without a pause. */
export const CHAOS_NETS = ['lstm', 'gru', 'tcn', 'mlp'] as const;
export type ChaosNet = (typeof CHAOS_NETS)[number] | 'transformer' | 'nhits';
export const CHAOS_STEPS = 132;
export const CHAOS_SYMBOL = 'GEN01';

const REACH_LIMIT_MS = 180_000;
const SETTLE_MS = 100;

const SETTINGS = [
  // Nets bring the simple models along that they are judged by; here only nets are struck.
  ...['majority', 'logistic', 'lightgbm'].map((family) => `models.${family}.enabled=false`),
  ...['source.symbolCount=1', 'source.delistOne=false', 'source.bars=4000', 'evaluation.bootstrapSamples=20'],
  ...['nets.lookback=16', 'nets.batchSize=64', 'nets.maxEpochs=4', 'nets.patience=4', 'nets.checkpointSeconds=0.3'],
  ...['models.lstm.units=256', 'models.gru.units=256', 'models.tcn.channels=128', 'models.mlp.hidden=[2048,512]'],
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

/** Waits until a fit trains that has done so many updates. */
export function untilStep(run: NetRun, family: ChaosNet, step: number): Promise<TrainingAttempt> {
  return waitFor(`${family} to reach step ${String(step)}`, REACH_LIMIT_MS, async () => {
    const all = await attemptsAt(run, family);
    const found = all
      .filter(isTraining)
      .find(({ outcome, training }) => outcome === 'running' && training.step >= step);
    if (found === undefined) await assertGoesOn(run, `${family} reached step ${String(step)}`);
    return found ?? null;
  });
}

function isTraining(attempt: AttemptRecord): attempt is TrainingAttempt {
  return attempt.training !== null;
}

async function assertGoesOn({ command }: NetRun, before: string): Promise<void> {
  if (!command.hasEnded()) return;
  const { code, stderr } = await command.ended;
  throw new Error(`the command ended (exit code ${String(code)}) before ${before}:\n${stderr}`);
}

/** Who is struck, in which fit or whichever is under way, after how many updates since it was last taken up. */
export interface NetStrike {
  readonly family: ChaosNet | null;
  readonly victim: 'worker' | 'compute';
  readonly updates: number;
}

/**
 * Stops the victim's clock (SIGSTOP) in the midst of a fit, looks, and calls `strike` while all stands still. Attempts that an
 * earlier kill left in the dark are named in `earlier`.
 */
export async function strikeFit(
  run: NetRun,
  { family, victim, updates }: NetStrike,
  strike: (pid: number) => void,
  earlier: ReadonlySet<string> = new Set(),
): Promise<Strike> {
  const place = { home: { ...run.home, storeRoot: run.storeRoot }, runId: run.runId };
  return waitFor(`a fit of ${family ?? 'any net'} to strike`, REACH_LIMIT_MS, async () => {
    const struck = (await attemptsOf(run.storeRoot, run.runId))
      .filter(isTraining)
      .filter(({ outcome, attemptId }) => outcome === 'running' && !earlier.has(attemptId))
      .filter(({ part }) => family === null || part === netPart(family))
      .find(({ training }) => training.step >= training.resumedAtStep + updates);
    const pid = struck === undefined ? undefined : run.home.processes().find(({ role }) => role === victim)?.pid;
    if (struck === undefined || pid === undefined) {
      await assertGoesOn(run, 'a fit could be struck');
      return null;
    }
    await freeze(run.home, pid);
    // Had it just answered, its attempt ends now and is not seen any more.
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const seen = await look(place);
    const running = seen.running.filter(({ attemptId }) => !earlier.has(attemptId));
    const isLive = running.some(({ attemptId }) => attemptId === struck.attemptId);
    if (isLive) strike(pid);
    else signalProcess(pid, 'SIGCONT');
    return isLive ? { ...seen, running } : null;
  });
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
