import { z } from 'zod';

/**
 * A reference to an immutable artifact: the only thing that travels through Temporal besides small numbers.
 *
 * `uri` is relative to the root of the store, so that a store may be moved or copied.
 */
export const artifactRefSchema = z.strictObject({
  uri: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
  kind: z.string().min(1),
  schemaVersion: z.number().int().positive(),
});
export type ArtifactRef = z.infer<typeof artifactRefSchema>;
