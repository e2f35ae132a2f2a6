import { totalmem } from 'node:os';
import process from 'node:process';

/** Memory that processes of this machine can have together, in bytes: the machine's, or what its container is limited to. */
export function machineMemoryBytes(): number {
  const constrained = process.constrainedMemory();
  // 0, or more than there is, where nothing is limited.
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
