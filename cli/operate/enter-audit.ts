import { randomUUID } from 'node:crypto';
import type { AuditEntry } from '../../shared/contracts/registry';
import { createAuditLog } from '../../shared/store/audit-log';
import { openObjectStore } from '../../shared/store/open-store';
import { presentOnly } from '../../shared/store/store-identity';
import type { CommandContext } from '../command-context';
import type { ReasonFlags } from './reason';
import { readReason } from './reason';

/**
 * Enters into the audit log what an operator did. It has been done by now: a store that cannot be written is told of, and no
 * reason to fail; a folder that is not mounted is no empty store. What changes the registry enters itself, together with the change.
 */
export async function enterAudit(
  { settings, say }: CommandContext,
  did: Pick<AuditEntry, 'action' | 'subject' | 'details'>,
  reason: ReasonFlags,
  fallback?: string,
): Promise<void> {
  const entry: AuditEntry = { at: new Date().toISOString(), ...readReason(reason, fallback), ...did };
  try {
    await createAuditLog(presentOnly(openObjectStore(settings))).append(randomUUID(), entry);
  } catch (error) {
    say(`done, but not entered in the audit log: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What was done to a run, a retrain or one activity. */
export function enterRunChange(
  context: CommandContext,
  change: { readonly command: string; readonly subject: string; readonly details?: Readonly<Record<string, unknown>> },
  reason: ReasonFlags,
): Promise<void> {
  const { command, subject, details } = change;
  return enterAudit(context, { action: 'run-changed', subject, details: { command, ...details } }, reason);
}
