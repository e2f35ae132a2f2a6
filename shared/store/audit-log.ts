import type { AuditEntry } from '../contracts/registry';
import { auditEntrySchema } from '../contracts/registry';
import { mapBounded } from './bounded';
import { canonicalBytes, sha256Hex } from './hash';
import { parsedOrNull } from './json-bytes';
import type { ObjectStore } from './port';
import { StoreError, getEvenDamaged } from './port';

const ENTRIES = 'audit';
/** Which requests have been entered, by id, with the entry: a retry finds the instant of the first time here. */
const REQUESTS = 'audit-requests';

/**
 * Who did what to which model, schedule or run, when and why. Entries are only ever added, each by one exclusive write
 * under its instant; nothing here replaces or removes one.
 */
export interface AuditLog {
  /** Adds an entry, once for an `id` however often it is asked; answers with the entry as it stands in the log. */
  append(id: string, entry: AuditEntry): Promise<AuditEntry>;
  /** Entries from `fromMs` (inclusive) to `untilMs` (exclusive), the oldest first, and keys of those that cannot be read. */
  read(range: { readonly fromMs?: number; readonly untilMs?: number }): Promise<{
    readonly entries: readonly AuditEntry[];
    readonly damaged: readonly string[];
  }>;
}

export function createAuditLog(objects: ObjectStore): AuditLog {
  return {
    append: async (id, given) => {
      const request = `${REQUESTS}/${sha256Hex(id)}.json`;
      const entry = auditEntrySchema.parse(given);
      const claimed = await objects.put(request, canonicalBytes(entry), { ifAbsent: true });
      // Claimed before: the process may have died before the entry itself was written, so it is written again, as it was.
      const first = claimed === 'created' ? entry : await claimedEntry(objects, request);
      await objects.put(entryKey(id, first), canonicalBytes(first), { ifAbsent: true });
      return first;
    },
    read: async ({ fromMs = -Infinity, untilMs = Infinity }) => {
      const keys = (await objects.list(`${ENTRIES}/`)).filter((key) => {
        const at = instantOf(key);
        return at !== null && at >= fromMs && at < untilMs;
      });
      const read = await mapBounded(keys, async (key) => ({
        key,
        entry: parsedOrNull(auditEntrySchema, await getEvenDamaged(objects, key)),
      }));
      const entries = read.map(({ entry }) => entry).filter((entry) => entry !== null);
      return {
        entries: entries.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
        damaged: read.filter(({ entry }) => entry === null).map(({ key }) => key),
      };
    },
  };
}

/** `audit/2026-03-02/2026-03-02T06-00-12.345Z-<id>.json`: colons are no part of a key. */
function entryKey(id: string, { at }: AuditEntry): string {
  const instant = new Date(at).toISOString();
  return `${ENTRIES}/${instant.slice(0, 10)}/${instant.replaceAll(':', '-')}-${sha256Hex(id).slice(0, 16)}.json`;
}

function instantOf(key: string): number | null {
  const [, day, hour, minute, second] =
    /^audit\/[^/]+\/(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d\.\d{3})Z-[0-9a-f]+\.json$/.exec(key) ?? [];
  if (day === undefined) return null;
  const at = Date.parse(`${day}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`);
  return Number.isNaN(at) ? null : at;
}

async function claimedEntry(objects: ObjectStore, key: string): Promise<AuditEntry> {
  const entry = parsedOrNull(auditEntrySchema, await getEvenDamaged(objects, key));
  if (entry !== null) return entry;
  throw new StoreError('ArtifactCorrupt', `${key} is damaged; remove it, and the entry is written again`);
}
