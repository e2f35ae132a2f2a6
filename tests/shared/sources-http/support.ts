import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BarColumns } from '../../../domain/core/bars';
import { concatBars } from '../../../domain/core/bars';
import type { Fault, Result } from '../../../domain/core/result';
import { resolveConfig } from '../../../shared/contracts/config/resolve';
import type { HttpSourceConfig } from '../../../shared/contracts/config/http-source';
import { createHttpSource } from '../../../shared/sources/http/http-source';
import type { VendorAccess } from '../../../shared/sources/http/vendor-access';
import { createVendorAccess } from '../../../shared/sources/http/vendor-access';
import type { BarSource } from '../../../shared/sources/port';
import { openFileStore } from '../../../shared/store/open-store';
import type { Store } from '../../../shared/store/open-store';
import { VendorServer } from '../../support/vendor-server';

export const SECRET = 'k3y-that-must-never-be-seen';

export interface VendorBench {
  readonly vendor: VendorServer;
  readonly folder: string;
  readonly store: Store;
  readonly access: VendorAccess;
  source(bars: object, rest?: object): BarSource;
  close(): Promise<void>;
}

/** A vendor on loopback and a store in a folder of its own. */
export async function openVendorBench(
  now: () => number = Date.now,
  hosts: readonly string[] | null = null,
): Promise<VendorBench> {
  const vendor = await VendorServer.start();
  const folder = mkdtempSync(join(tmpdir(), 'candlewick-vendor-'));
  const store = openFileStore(folder, (message) => {
    throw new Error(message);
  });
  const access = createVendorAccess({ store, env: { CANDLEWICK_SECRET_VENDOR_KEY: SECRET }, hosts, now });
  return {
    vendor,
    folder,
    store,
    access,
    source: (bars, rest = {}) => createHttpSource(httpConfig(bars, rest), access),
    close: async () => {
      await vendor.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A whole source configuration out of what a person would write. */
export function httpConfig(bars: object, rest: object = {}): HttpSourceConfig {
  const source = { kind: 'http', vendor: 'Acme', symbols: ['AAA'], requestsPerSecond: 1_000, bars, ...rest };
  const resolved = resolveConfig({ source });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.faults));
  if (resolved.config.source.kind !== 'http') throw new Error('no http source');
  return resolved.config.source;
}

/** Objects and a page token: `{ bars: { AAA: [{ t, o, h, l, c, v }] }, next_page_token }`. */
export function cursorShape(origin: string): object {
  return {
    url: `${origin}/cursor/{symbol}?limit=400`,
    format: 'json',
    path: ['bars', '{symbol}'],
    paging: { kind: 'cursor', parameter: 'page_token', next: ['next_page_token'] },
  };
}

export async function barsOf(source: BarSource, symbol = 'AAA'): Promise<BarColumns> {
  const series = valueOf(await source.open(symbol));
  const chunks: BarColumns[] = [];
  for await (const chunk of series.chunks()) chunks.push(chunk);
  return concatBars(chunks);
}

export function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.fault.code}: ${result.fault.message}`);
}

export function faultOf(result: Result<unknown>): Fault {
  if (!result.ok) return result.fault;
  throw new Error('expected a fault');
}
