import { isAbsolute } from 'node:path';
import { z } from 'zod';

/** What every namespace of a drill begins with. */
export const DRILL_NAMESPACE_PREFIX = 'candlewick-drill-';

export const DRILL_VARIABLES = {
  CANDLEWICK_DRILL_FAULTS: z
    .string()
    .refine((path) => isAbsolute(path), 'expected the absolute path of a file')
    .optional(),
};

type Given = z.infer<z.ZodObject<typeof DRILL_VARIABLES>>;

/** Faults that a drill injects into the store of its own workers. */
export interface DrillSettings {
  /** The file that says which faults the store has now (`shared/store/drill-faults.ts`); null outside of drills. */
  readonly drillFaults: string | null;
}

/** Throws an Error where faults are asked for outside a drill's own namespace: they must never meet real work. */
export function drillSettingsOf(given: Given, namespace: string): DrillSettings {
  const path = given.CANDLEWICK_DRILL_FAULTS;
  if (path === undefined) return { drillFaults: null };
  if (namespace.startsWith(DRILL_NAMESPACE_PREFIX)) return { drillFaults: path };
  throw new Error(
    `wrong environment variables: CANDLEWICK_DRILL_FAULTS: is for workers of ./candlewick drill, in namespaces that begin with ${DRILL_NAMESPACE_PREFIX}; this one is '${namespace}'. Unset it.`,
  );
}
