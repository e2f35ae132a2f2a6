import { secretReader } from '../../runtime/secrets';
import type { ReadSecret } from '../../runtime/secrets';
import type { Artifacts } from '../../store/artifacts';
import type { ObjectStore } from '../../store/port';
import { createRateLimiter } from './rate-limiter';
import type { RateLimiter } from './rate-limiter';
import { createVendorSnapshots } from './snapshot-store';
import type { VendorSnapshots } from './snapshot-store';
import { createVendorHosts } from './vendor-hosts';
import type { VendorHosts } from './vendor-hosts';

/** What a process needs to ask vendors; made once, because the rate limits of all its requests live in it. */
export interface VendorAccess {
  readonly secret: ReadSecret;
  readonly snapshots: (source: string) => VendorSnapshots;
  readonly limiterOf: (origin: string, perSecond: number) => RateLimiter;
  /** Which hosts may be asked. */
  readonly hosts: VendorHosts;
  readonly now: () => number;
}

export function createVendorAccess(given: {
  readonly store: { readonly objects: ObjectStore; readonly artifacts: Artifacts };
  readonly env: NodeJS.ProcessEnv;
  /** The hosts that may be asked; null: any. */
  readonly hosts: readonly string[] | null;
  readonly now?: () => number;
}): VendorAccess {
  const now = given.now ?? Date.now;
  const limiters = new Map<string, RateLimiter>();
  return {
    now,
    hosts: createVendorHosts(given.hosts),
    secret: secretReader(given.env),
    snapshots: (source) => createVendorSnapshots(given.store, source),
    limiterOf: (origin, perSecond) => {
      const name = `${origin} ${perSecond}`;
      const known = limiters.get(name) ?? createRateLimiter(perSecond, now);
      limiters.set(name, known);
      return known;
    },
  };
}
