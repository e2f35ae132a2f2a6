import { isIP } from 'node:net';
import { z } from 'zod';
import { wholeNumber } from './whole-number';

/** A name, or all names below one; one whose last part is a number would be an address, mistyped. */
const HOST_NAME = /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)*[a-z](?:[a-z0-9-]*[a-z0-9])?$/i;

export const VENDOR_VARIABLES = {
  CANDLEWICK_VENDOR_RPS: z
    .string()
    .regex(/^\d+(?:\.\d+)?$/, 'expected a number of activities per second, such as 0.5 or 10')
    .transform(Number)
    .refine((perSecond) => perSecond > 0, 'expected more than 0')
    .optional(),
  CANDLEWICK_VENDOR_SLOTS: wholeNumber.optional(),
  CANDLEWICK_VENDOR_HOSTS: z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
    )
    .refine(
      (entries) => entries.every(isHostEntry),
      'expected hosts, names below one, addresses or networks, with commas between: data.example.org,*.example.org,10.1.0.0/16',
    )
    .optional(),
};

type Given = z.infer<z.ZodObject<typeof VENDOR_VARIABLES>>;

/** How a worker asks vendors of bars. */
export interface VendorSettings {
  /** Symbols begun per second over all workers of the vendors' queue, kept by the server; null: no such limit. */
  readonly vendorRps: number | null;
  /** Symbols asked for at once by one worker. */
  readonly vendorSlots: number;
  /** Hosts that may be asked, whatever address an input names; none by default, null: any (`*`). */
  readonly vendorHosts: readonly string[] | null;
}

export function vendorSettingsOf(given: Given): VendorSettings {
  const { CANDLEWICK_VENDOR_RPS, CANDLEWICK_VENDOR_SLOTS, CANDLEWICK_VENDOR_HOSTS: hosts = [] } = given;
  return {
    vendorRps: CANDLEWICK_VENDOR_RPS ?? null,
    vendorSlots: Math.max(1, CANDLEWICK_VENDOR_SLOTS ?? 4),
    vendorHosts: hosts.includes('*') ? null : hosts,
  };
}

function isHostEntry(entry: string): boolean {
  if (entry === '*') return true;
  const [host = '', bits, ...rest] = entry.split('/');
  const family = isIP(host);
  if (family === 0) return bits === undefined && HOST_NAME.test(host);
  return rest.length === 0 && (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)));
}
