import type { AuditLog } from '../shared/store/audit-log';
import { createAuditLog } from '../shared/store/audit-log';
import type { ClaimModel } from '../shared/store/claim-model';
import { createClaimModel } from '../shared/store/claim-model';
import type { Store } from '../shared/store/open-store';
import { openObjectStore, openStore } from '../shared/store/open-store';
import type { ObjectStore } from '../shared/store/port';
import type { Registry } from '../shared/store/registry';
import { createRegistry } from '../shared/store/registry';
import { presentOnly } from '../shared/store/store-identity';
import type { CommandContext } from './command-context';
import { UsageError } from './usage-error';

/** What commands around models work on. */
export interface RegistrySession {
  readonly store: Store;
  readonly registry: Registry;
  readonly audit: AuditLog;
  readonly claim: ClaimModel;
}

/** What the person can mend, or has to know to mend: told in a sentence, without a stack trace. */
const TOLD_PLAINLY: ReadonlySet<string> = new Set([
  'ModelUnknown',
  'ChampionMoved',
  'ArtifactMissing',
  'ArtifactCorrupt',
]);

/** Opens the registry of the store; what is missing or damaged in it becomes a usage error with its sentence. */
export async function withRegistry<T>(
  context: CommandContext,
  work: (session: RegistrySession) => Promise<T>,
): Promise<T> {
  const store = openStore(openObjectStore(context.settings), context.say);
  try {
    const { objects } = store;
    // Nothing is written where the store's folder is not mounted; a store that nobody has used yet can be read all the same.
    const present = presentOnly(objects);
    const mounted: ObjectStore = { ...objects, put: (key, bytes, options) => present.put(key, bytes, options) };
    const audit = createAuditLog(mounted);
    return await work({ store, registry: createRegistry(mounted, context.say), audit, claim: createClaimModel(store) });
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string' && TOLD_PLAINLY.has(error.code))
      throw new UsageError(error.message);
    throw error;
  }
}
