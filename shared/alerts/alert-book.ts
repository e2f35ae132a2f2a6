import { canonicalBytes, sha256Hex } from '../store/hash';
import { parsedOrNull } from '../store/json-bytes';
import type { ObjectStore } from '../store/port';
import { getEvenDamaged } from '../store/port';
import type { Alert, Notice } from './alert';
import { noticeSchema } from './alert';

const FOLDER = 'alerts';
const SENT = /^sent-([a-z]+)\.json$/;
const SETTLED = /^(?:sent|skipped)-([a-z]+)\.json$/;

/** The newest notice of an alert, and which channels have accepted it. */
export interface Told {
  readonly notice: Notice;
  /** Channels that accepted this notice, or that have nothing to be told. */
  readonly settled: ReadonlySet<string>;
  /** Channels that accepted an earlier notice since the alert began to hold. */
  readonly heard: ReadonlySet<string>;
  /** By channel: the number of the newest claim. */
  readonly claims: ReadonlyMap<string, number>;
}

/**
 * What was told about which alert. Of each alert an append-only sequence of notices, each one exclusive write under the next
 * number, so that of two watchers at once exactly one decides what is told next; beside each notice, by channel, claims (who
 * delivers it) and a mark once the receiver has accepted it.
 */
export interface AlertBook {
  /** The newest notice of every alert that was ever told and not yet forgotten. */
  readonly read: () => Promise<readonly Told[]>;
  /** Writes the next notice; answers false where somebody else wrote one of that number. */
  readonly add: (notice: Notice) => Promise<boolean>;
  /** Takes the delivery of a notice on a channel; false where another watcher took it. */
  readonly claim: (told: Told, channel: string, by: string) => Promise<boolean>;
  readonly settle: (notice: Notice, channel: string, outcome: 'accepted' | 'nothing to tell') => Promise<void>;
  /** Takes away an alert that is long over. */
  readonly forget: (alert: Alert) => Promise<void>;
}

export function createAlertBook(objects: ObjectStore): AlertBook {
  // Notices never change once they are written.
  const known = new Map<string, Notice>();
  const noticeAt = async (key: string): Promise<Notice | null> => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const bytes = await getEvenDamaged(objects, key);
    const notice = parsedOrNull(noticeSchema, bytes);
    if (notice !== null) known.set(key, notice);
    // What cannot be read would bar its number for ever: without it the alert is told once more, and never not at all.
    else if (bytes !== null) await objects.remove(key);
    return notice;
  };
  const put = (key: string, value: object): Promise<'created' | 'exists'> =>
    objects.put(key, canonicalBytes(value), { ifAbsent: true });
  return {
    read: async () => {
      const folders = foldersOf(await objects.list(`${FOLDER}/`));
      const told = await Promise.all([...folders.values()].map((keys) => newestOf(keys, noticeAt)));
      return told.filter((entry) => entry !== null);
    },
    add: async (notice) =>
      (await put(`${folderOf(notice.alert.key)}/${name(notice.number)}/notice.json`, notice)) === 'created',
    claim: async ({ notice, claims }, channel, by) => {
      const number = (claims.get(channel) ?? 0) + 1;
      const key = `${folderOf(notice.alert.key)}/${name(notice.number)}/claim-${channel}-${String(number)}.json`;
      return (await put(key, { by, at: new Date().toISOString() })) === 'created';
    },
    settle: async (notice, channel, outcome) => {
      const mark = outcome === 'accepted' ? 'sent' : 'skipped';
      const key = `${folderOf(notice.alert.key)}/${name(notice.number)}/${mark}-${channel}.json`;
      await put(key, { outcome, at: new Date().toISOString() });
    },
    forget: async (alert) => {
      for (const key of await objects.list(`${folderOf(alert.key)}/`)) {
        known.delete(key);
        await objects.remove(key);
      }
    },
  };
}

/** `alerts/run-failed-<hash of the key>`: a key may hold anything, and be long. */
function folderOf(key: string): string {
  const kind = /^[a-z-]{1,40}(?=:)/.exec(key)?.[0] ?? 'alert';
  return `${FOLDER}/${kind}-${sha256Hex(key).slice(0, 40)}`;
}

function name(number: number): string {
  return String(number).padStart(6, '0');
}

interface Entry {
  readonly key: string;
  readonly number: number;
  readonly file: string;
}

function foldersOf(keys: readonly string[]): ReadonlyMap<string, readonly Entry[]> {
  const folders = new Map<string, Entry[]>();
  for (const key of keys) {
    const [, folder, number, file] = /^(alerts\/[^/]+)\/(\d{6,9})\/([^/]+)$/.exec(key) ?? [];
    if (folder === undefined || number === undefined || file === undefined) continue;
    folders.set(folder, [...(folders.get(folder) ?? []), { key, number: Number(number), file }]);
  }
  return folders;
}

async function newestOf(
  entries: readonly Entry[],
  noticeAt: (key: string) => Promise<Notice | null>,
): Promise<Told | null> {
  const numbered = entries.filter(({ file }) => file === 'notice.json').sort((a, b) => b.number - a.number);
  const [newest] = numbered;
  const notice = newest === undefined ? null : await noticeAt(newest.key);
  if (newest === undefined || notice === null) return null;
  const marks = (number: number, pattern: RegExp): readonly string[] =>
    entries.filter((entry) => entry.number === number).flatMap(({ file }) => pattern.exec(file)?.[1] ?? []);
  const heard = new Set<string>();
  for (const earlier of numbered.slice(1)) {
    const other = await noticeAt(earlier.key);
    if (other === null || other.since !== notice.since) break;
    for (const channel of marks(earlier.number, SENT)) heard.add(channel);
  }
  const claims = new Map<string, number>();
  for (const { number, file } of entries) {
    const [, channel, count] = /^claim-([a-z]+)-(\d+)\.json$/.exec(file) ?? [];
    if (number !== notice.number || channel === undefined) continue;
    claims.set(channel, Math.max(claims.get(channel) ?? 0, Number(count)));
  }
  return { notice, settled: new Set(marks(notice.number, SETTLED)), heard, claims };
}
