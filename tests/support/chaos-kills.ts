import { waitFor } from '../../cli/drill/wait';
import { deriveSeed, randomFromSeed } from '../../domain/core/random';
import type { RandomStream } from '../../domain/core/random';
import type { AttemptRecord } from '../../shared/store/attempts';
import type { ChaosHome, RunningCommand } from './chaos-home';
import { attemptsOf, markersOf, producersIn } from './chaos-store';
import { signalProcess } from './processes';

/** Who is killed: the worker; one compute child; command, worker and server; or the command is asked to stop. */
export type KillKind = 'worker' | 'trainer' | 'everything' | 'stop';

/** So long after the nth computation of the kind began; then as soon as any computation runs. */
export interface Instant {
  readonly of: 'boosting fits' | 'computations';
  readonly ordinal: number;
  readonly delayMs: number;
}

export interface PlannedKill {
  readonly index: number;
  readonly kind: KillKind;
  readonly instant: Instant;
}

/** What was under way at the instant of a kill. */
export interface Strike {
  readonly killedAtMs: number;
  readonly running: readonly AttemptRecord[];
  /** By stage and key, the attempt that had published it. */
  readonly published: Readonly<Record<string, string>>;
}

const KINDS: readonly KillKind[] = ['worker', 'trainer', 'everything', 'stop', 'worker'];
const SHARE_OF_FITS = 0.6;
/** Of the 58 computations and 4 boosting fits of a run, those after which enough is left to be hit. */
const COMPUTATIONS = 44;
const BOOSTING_FITS = 4;
const REACH_LIMIT_MS = 180_000;
const SETTLE_MS = 100;

export function drawKills(seed: number, count: number): readonly PlannedKill[] {
  return Array.from({ length: count }, (_, index) => {
    const random = randomFromSeed(deriveSeed(seed, 'kill', index));
    const kind = KINDS[index % KINDS.length] ?? 'worker';
    return { index, kind, instant: drawInstant(random, kind) };
  });
}

/** A compute child is hit in a fit; the others anywhere, more often in a fit than the count of the stages would have it. */
function drawInstant(random: RandomStream, kind: KillKind): Instant {
  if (kind === 'trainer' || random.uniform() < SHARE_OF_FITS) {
    return { of: 'boosting fits', ordinal: 1 + random.integer(BOOSTING_FITS), delayMs: random.integer(1_000) };
  }
  return { of: 'computations', ordinal: 1 + random.integer(COMPUTATIONS), delayMs: random.integer(100) };
}

/**
 * Waits for the instant, then stops the worker's clock (SIGSTOP) and looks: with a computation under way it calls `strike`
 * while all stands still, so that the kill surely lands in it; else the worker goes on and the next look decides.
 */
export async function strikeWorker(
  place: Place,
  instant: Instant,
  strike: (workerPid: number) => void,
): Promise<Strike> {
  return waitFor('a computation to strike', REACH_LIMIT_MS, async () => {
    if (!(await isReached(place, instant))) return null;
    const worker = place.home.processes().find(({ role }) => role === 'worker');
    if (worker === undefined) return null;
    await freeze(place.home, worker.pid);
    const seen = await look(place);
    if (seen.running.length > 0) strike(worker.pid);
    else signalProcess(worker.pid, 'SIGCONT');
    return seen.running.length > 0 ? seen : null;
  });
}

/** Kills one compute child while every child has something to compute. */
export async function strikeTrainer(place: Place, instant: Instant): Promise<Strike> {
  return waitFor('a compute child to strike', REACH_LIMIT_MS, async () => {
    if (!(await isReached(place, instant))) return null;
    const children = place.home.processes().filter(({ role }) => role === 'compute');
    const victim = children.find(({ state }) => state === 'R');
    if (victim === undefined) return null;
    await freeze(place.home, victim.pid);
    // Had it just answered, its attempt ends now and is not seen any more.
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const seen = await look(place);
    const isBusy = seen.running.length >= children.length;
    signalProcess(victim.pid, isBusy ? 'SIGKILL' : 'SIGCONT');
    return isBusy ? seen : null;
  });
}

/** A run, and the command that follows it now. */
export interface Place {
  readonly home: ChaosHome;
  readonly runId: string;
  readonly command: RunningCommand;
  /** Computations begun before this command: they do not count towards its instant. */
  readonly earlier: ReadonlySet<string>;
}

async function isReached({ home, runId, command, earlier }: Place, instant: Instant): Promise<boolean> {
  if (command.hasEnded()) {
    const { code, stderr } = await command.ended;
    throw new Error(`the command ended (exit code ${String(code)}) before ${JSON.stringify(instant)}:\n${stderr}`);
  }
  const begun = (await attemptsOf(home.storeRoot, runId))
    .filter(({ attemptId }) => !earlier.has(attemptId))
    .filter(({ part }) => instant.of === 'computations' || (part.startsWith('lightgbm-h') && part.endsWith('-f0')))
    .sort((a, b) => a.startedAtMs - b.startedAtMs);
  const nth = begun[instant.ordinal - 1];
  return nth !== undefined && Date.now() >= nth.startedAtMs + instant.delayMs;
}

/** Stops the clock of a process and waits until it stands still. */
export async function freeze(home: ChaosHome, pid: number): Promise<void> {
  signalProcess(pid, 'SIGSTOP');
  await waitFor(`process ${String(pid)} to stand still`, REACH_LIMIT_MS, () => {
    const found = home.processes().find((process) => process.pid === pid);
    return found === undefined || found.state === 'T' ? true : null;
  });
}

/** What is under way and what is published at this moment. */
export async function look({ home, runId }: Pick<Place, 'home' | 'runId'>): Promise<Strike> {
  const attempts = await attemptsOf(home.storeRoot, runId);
  return {
    killedAtMs: Date.now(),
    running: attempts.filter(({ outcome }) => outcome === 'running'),
    published: producersIn(markersOf(home.storeRoot)),
  };
}
