import type { Assignment, AssignmentAction, AuditEntry, GateVerdict } from '../contracts/registry';
import type { AuditLog } from './audit-log';
import type { Aliases } from './aliases';
import { aliasesAfter, aliasesOf } from './aliases';
import type { ClaimModel } from './claim-model';
import { StoreError } from './port';
import type { Registry } from './registry';
import { RETRY_WINDOW } from './registry';

/** What somebody wants done to the aliases of a model. */
export interface AliasChange {
  readonly model: string;
  /** The version that is registered, becomes the champion, or is refused; of a rollback: the one rolled back to. */
  readonly version: number;
  /** The champion as the caller knows it; undefined: whoever it is. */
  readonly champion: number | null | undefined;
  readonly action: AssignmentAction;
  readonly who: string;
  readonly why: string;
  readonly verdict: GateVerdict | null;
  /** The same for a request that is retried. */
  readonly requestId: string;
  readonly at: string;
  /** Said in the audit log besides. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What a change of aliases works with. */
export interface AliasMeans {
  readonly registry: Registry;
  readonly audit: AuditLog;
  /** Asked before a version gets an alias: what has none may be collected at any moment. */
  readonly claim: ClaimModel;
}

/** Somebody else was first; `champion` is the one that stands now. */
export class ChampionMoved extends StoreError {
  constructor(
    message: string,
    readonly champion: number | null,
  ) {
    super('ChampionMoved', message);
  }
}

const AUDIT_ACTIONS: Readonly<Record<AssignmentAction, AuditEntry['action']>> = {
  register: 'registered',
  first: 'promoted',
  promote: 'promoted',
  approve: 'approved',
  refuse: 'refused',
  reject: 'rejected',
  expire: 'expired',
  rollback: 'rolled-back',
};

/**
 * Changes the aliases of a model and enters it in the audit log, once for a request however often it is retried. Of two
 * who promote at once one succeeds, the other is told `ChampionMoved`; to promote who is the champion already changes
 * nothing. Throws `ModelUnknown` for a version that is not registered and `ArtifactMissing` for one whose bundle was collected.
 */
export async function changeAliases(means: AliasMeans, change: AliasChange): Promise<Assignment> {
  const { registry, audit } = means;
  await registry.version(change.model, change.version);
  const assignment = await assigned(means, change);
  if (assignment.requestId === change.requestId) await enterInLog(audit, change, assignment);
  return assignment;
}

async function assigned({ registry, claim }: AliasMeans, change: AliasChange): Promise<Assignment> {
  const { model, version, action, who, why, verdict, requestId, at } = change;
  for (;;) {
    // A rollback may have to look far back for what stood before the version that comes back.
    const history = await registry.history(model, action === 'rollback' ? Infinity : RETRY_WINDOW);
    const same = history.find((earlier) => earlier.requestId === requestId);
    if (same !== undefined) return same;
    const [current] = history;
    if (current !== undefined && isDone(current, change)) return current;
    assertAllowed(current ?? null, change);
    const aliases = await claimed({ registry, claim }, change, aliasesAfter(history, action, version), current);
    const outcome = await registry.assign(model, current?.sequence ?? 0, {
      ...aliases,
      action,
      version,
      who,
      why,
      verdict,
      requestId,
      at,
    });
    if (outcome.kind === 'assigned') return outcome.assignment;
  }
}

/**
 * The aliases, none of them standing for a version that is gone. The version that the change is about has to be there; of a
 * rollback, the one that stood before it may have been collected long ago: then there is nothing further to roll back to.
 */
async function claimed(
  { registry, claim }: Omit<AliasMeans, 'audit'>,
  { model, version, action }: AliasChange,
  wanted: Aliases,
  current: Assignment | undefined,
): Promise<Aliases> {
  // The aliases stay as they are.
  if (action === 'refuse' || action === 'reject' || action === 'expire') return wanted;
  await claim(await registry.version(model, version));
  const { previous } = wanted;
  if (previous === null || Object.values(aliasesOf(current)).includes(previous)) return wanted;
  try {
    await claim(await registry.version(model, previous));
    return wanted;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ArtifactMissing')
      return { ...wanted, previous: null };
    throw error;
  }
}

/** Whether what is wanted is so already: nothing is to be written then. */
function isDone(current: Assignment, { action, version }: AliasChange): boolean {
  switch (action) {
    case 'register':
      return [current.champion, current.challenger, current.previous].includes(version);
    case 'first':
    case 'promote':
    case 'approve':
      return current.champion === version;
    case 'refuse':
    case 'reject':
    case 'expire':
    case 'rollback':
      return false;
    default:
      return action satisfies never;
  }
}

function assertAllowed(current: Assignment | null, { model, action, version, champion }: AliasChange): void {
  const now = current?.champion ?? null;
  if (champion !== undefined && now !== champion) {
    const nowText = now === null ? 'it has none' : `it is version ${String(now)}`;
    const thenText = champion === null ? 'none' : `version ${String(champion)}`;
    throw new ChampionMoved(
      `${model}: the champion was ${thenText} when this was decided, and now ${nowText}; look again and decide anew`,
      now,
    );
  }
  if (action === 'rollback' && (current?.previous ?? null) !== version) {
    const previous = current?.previous ?? null;
    throw new ChampionMoved(
      previous === null
        ? `${model} has no previous champion to roll back to`
        : `${model}: the previous champion is version ${String(previous)}, not ${String(version)}; look again and decide anew`,
      now,
    );
  }
}

async function enterInLog(audit: AuditLog, change: AliasChange, assignment: Assignment): Promise<void> {
  const { model, champion, challenger, previous, sequence, version, verdict } = assignment;
  await audit.append(`${model}#${String(sequence)}`, {
    at: assignment.at,
    who: assignment.who,
    action: AUDIT_ACTIONS[assignment.action],
    subject: model,
    why: assignment.why,
    details: {
      ...change.details,
      version,
      sequence,
      champion,
      challenger,
      previous,
      gate:
        verdict === null ? null : { passed: verdict.passed, checks: verdict.checks.map(({ sentence }) => sentence) },
      evidence: verdict?.evidence?.uri ?? null,
    },
  });
}
