import { z } from 'zod';
import { wholeNumber } from './whole-number';

export const VENDOR_VARIABLES = {
  CANDLEWICK_VENDOR_RPS: z
    .string()
    .regex(/^\d+(?:\.\d+)?$/, 'expected a number of activities per second, such as 0.5 or 10')
    .transform(Number)
    .refine((perSecond) => perSecond > 0, 'expected more than 0')
    .optional(),
  CANDLEWICK_VENDOR_SLOTS: wholeNumber.optional(),
};

type Given = z.infer<z.ZodObject<typeof VENDOR_VARIABLES>>;

/** How a worker asks vendors of bars. */
export interface VendorSettings {
  /** Symbols begun per second over all workers of the vendors' queue, kept by the server; null: no such limit. */
  readonly vendorRps: number | null;
  /** Symbols asked for at once by one worker. */
  readonly vendorSlots: number;
}

export function vendorSettingsOf({ CANDLEWICK_VENDOR_RPS, CANDLEWICK_VENDOR_SLOTS }: Given): VendorSettings {
  return { vendorRps: CANDLEWICK_VENDOR_RPS ?? null, vendorSlots: Math.max(1, CANDLEWICK_VENDOR_SLOTS ?? 4) };
}
