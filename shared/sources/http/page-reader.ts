import type { HttpSourceConfig } from '../../contracts/config/http-source';
import type { SnapshotPage, VendorSnapshot } from '../../contracts/vendor';
import { sha256Hex } from '../../store/hash';
import type { VendorSnapshots } from './snapshot-store';
import type { Answer, VendorClient } from './vendor-client';

export interface PageBytes {
  readonly body: Buffer;
  readonly hasKnownEnd: boolean;
  readonly link: string | null;
}

/** Reads pages, from the snapshot where the vendor says that nothing changed, and remembers them for the next snapshot. */
export interface PageReader {
  read(url: URL): Promise<PageBytes>;
  /** So far, in order; without those that have nothing to compare by. */
  pages(): readonly SnapshotPage[];
  /** Whether the vendor said of every page so far that it is the one of the snapshot. */
  unchanged(): boolean;
}

export function createPageReader(given: {
  readonly config: HttpSourceConfig;
  readonly client: VendorClient;
  readonly snapshots: VendorSnapshots;
  readonly previous: VendorSnapshot | null;
}): PageReader {
  const { client, snapshots, previous } = given;
  const pages: SnapshotPage[] = [];
  let unchanged = true;

  const known = async (request: string): Promise<{ page: SnapshotPage; body: Buffer } | null> => {
    const page = previous?.pages.find((earlier) => earlier.request === request);
    if (page === undefined) return null;
    const body = await snapshots.readPage(page.body);
    return body === null ? null : { page, body };
  };
  const keep = async (request: string, answer: Answer, body: Buffer): Promise<void> => {
    const { etag, lastModified, link, mayBeKept } = answer;
    if (!mayBeKept || (etag === null && lastModified === null)) return;
    pages.push({ request, etag, lastModified, link, body: await snapshots.putPage(body) });
  };
  return {
    pages: () => pages,
    unchanged: () => unchanged,
    read: async (url) => {
      const request = sha256Hex(withoutKey(url, given.config).href);
      const earlier = await known(request);
      const answer = await client.get(withoutKey(url, given.config), earlier?.page ?? null);
      if (answer.body === null && earlier !== null) {
        pages.push(earlier.page);
        return { body: earlier.body, hasKnownEnd: true, link: earlier.page.link };
      }
      unchanged = false;
      const body = answer.body ?? Buffer.alloc(0);
      await keep(request, answer, body);
      return { body, hasKnownEnd: answer.hasKnownEnd, link: answer.link };
    },
  };
}

/** Vendors may write the key into the address of the next page; it is put in its place again when it is asked for. */
function withoutKey(url: URL, { key }: HttpSourceConfig): URL {
  if (key?.in !== 'query') return url;
  const bare = new URL(url);
  bare.searchParams.delete(key.name);
  return bare;
}
