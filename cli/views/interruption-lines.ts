import type { AttemptRecord } from '../../shared/store/attempts';
import { interruptedOf, lostSeconds, lostSteps } from '../../shared/store/attempts';

/** A computation that was not heard of for this long is lost; half a second is usual. */
const SILENT_MS = 15_000;

/** Computations of a run that ended without a result, oldest first: those that may still run are not among them. */
export function interruptions(attempts: readonly AttemptRecord[], nowMs: number): readonly AttemptRecord[] {
  return interruptedOf(attempts)
    .filter(({ outcome, lastSeenMs }) => outcome !== 'running' || nowMs - lastSeenMs > SILENT_MS)
    .sort((a, b) => a.startedAtMs - b.startedAtMs);
}

/** `GEN01  train lstm-h20-f0  TrainerCrashed at 13:22:01: 13 updates and 0.4 s thrown away`: a line for each. */
export function interruptionLine(attempt: AttemptRecord): string {
  const { symbol, stage, part, endedAtMs, lastSeenMs } = attempt;
  const at = new Date(endedAtMs ?? lastSeenMs).toISOString().slice(11, 19);
  return `${symbol}  ${`${stage} ${part}`.trim()}  ${whatHappened(attempt)} at ${at} UTC: ${thrownAway([attempt])}`;
}

/** All of them in one sentence; null where there were none. */
export function interruptionSummary(runId: string, interrupted: readonly AttemptRecord[]): string | null {
  if (interrupted.length === 0) return null;
  const times = interrupted.length === 1 ? 'once' : `${String(interrupted.length)} times`;
  return `interrupted ${times}: ${thrownAway(interrupted)} (./candlewick failures ${runId})`;
}

function whatHappened({ outcome, code }: AttemptRecord): string {
  switch (outcome) {
    case 'failed':
      return code ?? 'failed';
    case 'stopped':
      return code ?? 'stopped in order';
    case 'adopted':
      return 'overtaken by an equal result';
    case 'running':
    case 'published':
      return 'WorkerLost';
    default:
      return outcome satisfies never;
  }
}

function thrownAway(attempts: readonly AttemptRecord[]): string {
  const seconds = attempts.reduce((sum, attempt) => sum + lostSeconds(attempt), 0);
  const steps = attempts.map(lostSteps).filter((lost) => lost !== null);
  const updates = steps.reduce((sum, lost) => sum + lost, 0);
  const told = steps.length === 0 ? '' : `${String(updates)} updates and `;
  return `${told}${seconds.toFixed(1)} s thrown away`;
}
