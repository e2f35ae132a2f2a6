import { z } from 'zod';

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * What a fold can have seen of the tables: the content of their first `rows` rows, as far as its last part reaches. What lies
 * behind stands in no key of its fits, so that a bar that comes or changes later leaves them what they are.
 */
export const seenRowsSchema = z.record(
  z.string(),
  z.strictObject({
    rows: z.number().int().nonnegative(),
    /** Of the close instants, which nets read. */
    time: digest,
    /** In the order of the columns. */
    features: z.array(z.strictObject({ name: z.string(), sha256: digest })),
    /** By horizon, its bars as text. */
    labels: z.record(z.string(), digest),
    bars: digest,
  }),
);
/** By the id of the fold. */
export type SeenRows = z.infer<typeof seenRowsSchema>;
