import { randomUUID } from 'node:crypto';
import { actorName } from '../../shared/runtime/actor';
import { createAuditLog } from '../../shared/store/audit-log';
import { openObjectStore } from '../../shared/store/open-store';
import { presentOnly } from '../../shared/store/store-identity';
import type { CommandContext } from '../command-context';

/** Who changed something, and why, as it was typed. */
export interface ChangeFlags {
  readonly who?: string;
  readonly why?: string;
}

/**
 * Enters into the audit log what an operator did to a run. It has been done by now: a store that cannot be written is told
 * of, and no reason to fail.
 */
export async function enterChange(
  { settings, say }: CommandContext,
  change: { readonly command: string; readonly subject: string; readonly details?: Readonly<Record<string, unknown>> },
  { who, why }: ChangeFlags,
): Promise<void> {
  try {
    await createAuditLog(presentOnly(openObjectStore(settings))).append(randomUUID(), {
      at: new Date().toISOString(),
      who: actorName(who),
      action: 'run-changed',
      subject: change.subject,
      why: why ?? 'no reason given',
      details: { command: change.command, ...change.details },
    });
  } catch (error) {
    say(`done, but not entered in the audit log: ${error instanceof Error ? error.message : String(error)}`);
  }
}
