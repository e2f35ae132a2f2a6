import { hostname } from 'node:os';
import type { LineHolder } from '../../shared/store/checkpoints';

/** Who writes a line of checkpoints: a process, for a run. */
export interface LineOwner {
  readonly host: string;
  readonly pid: number;
  readonly runId: string;
}

/** This process, as the owner of a line, in words. */
export function ownerText(runId: string): string {
  return `${hostname()}#${String(process.pid)} for ${runId}`;
}

/** null for text of another form: somebody who cannot be asked. */
export function parseOwner(text: string): LineOwner | null {
  const [, host, pid, runId] = /^(.*)#(\d+) for (.*)$/s.exec(text) ?? [];
  if (host === undefined || pid === undefined || runId === undefined) return null;
  return { host, pid: Number(pid), runId };
}

/** What is known of this machine and this moment; given, so that tests can decide it. */
export interface Surveyor {
  readonly host: string;
  readonly nowMs: number;
  readonly isAlive: (pid: number) => boolean;
}

/** A process that is there counts as silent after this long: its number may have gone to another program. */
const SILENT_ON_OWN_HOST_MS = 10 * 60_000;
/** Of a process elsewhere only its checkpoints tell. */
const SILENT_ELSEWHERE_MS = 2 * 60_000;
/** Checkpoints that may be late before their writer is thought dead. */
const MISSED_CHECKPOINTS = 4;

/**
 * The other run that trains on this line now, or null where nobody does: the line is free, its writer belongs to this run
 * (whose next attempt takes over at once), or it is dead or was not heard of for too long.
 */
export function otherTrainer(
  holder: LineHolder | null,
  runId: string,
  checkpointSeconds: number,
  { host, nowMs, isAlive }: Surveyor,
): LineOwner | null {
  const owner = holder === null ? null : parseOwner(holder.owner);
  if (holder === null || owner === null || owner.runId === runId) return null;
  const isHere = owner.host === host;
  if (isHere && !isAlive(owner.pid)) return null;
  const patienceMs = isHere ? SILENT_ON_OWN_HOST_MS : SILENT_ELSEWHERE_MS;
  const silentMs = nowMs - holder.lastSignMs;
  return silentMs <= Math.max(patienceMs, MISSED_CHECKPOINTS * checkpointSeconds * 1000) ? owner : null;
}
