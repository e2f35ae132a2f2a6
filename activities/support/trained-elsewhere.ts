import { hostname } from 'node:os';
import type { TrainInput } from '../../shared/contracts/stages';
import { otherTrainer } from './line-owner';
import type { StageContext } from './stage-definition';
import { unwrap } from './stage-fault';

/**
 * Who trains the very same net for another run at this moment, in words; null: nobody. Two runs that took each other's
 * checkpoints over again and again would both lose; the later one waits, and finds the result or takes over a dead one's work.
 */
export async function trainedElsewhere(
  { scope, task }: TrainInput,
  { store, registry, symbolConfig }: StageContext,
  key: string,
): Promise<string | null> {
  if (unwrap(registry.get(task.family)).kind === 'rows') return null;
  return heldElsewhere(scope.runId, store, key, (await symbolConfig(scope)).nets.checkpointSeconds);
}

/** Who else holds a line of checkpoints, in words; null: nobody who is alive. `checkpointSeconds` lie between two of them. */
export async function heldElsewhere(
  runId: string,
  { checkpoints }: Pick<StageContext['store'], 'checkpoints'>,
  key: string,
  checkpointSeconds: number,
): Promise<string | null> {
  const holder = await checkpoints.holder(key);
  if (holder === null) return null;
  const surveyor = { host: hostname(), nowMs: Date.now(), isAlive };
  const other = otherTrainer(holder, runId, checkpointSeconds, surveyor);
  return other === null ? null : `run ${other.runId} on ${other.host}#${String(other.pid)}`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
