import { z } from 'zod';

/** What names stand in: Temporal allows no `.` in the name of a deployment, and separates it from the build by one. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const BUILD_ID = /^[A-Za-z0-9][A-Za-z0-9_.+-]{0,99}$/;

export const DEPLOYMENT_VARIABLES = {
  CANDLEWICK_WORKER_VERSIONING: z.enum(['on', 'off']).optional(),
  CANDLEWICK_DEPLOYMENT: z.string().regex(NAME, 'expected letters, digits, - and _').optional(),
  CANDLEWICK_BUILD_ID: z.string().regex(BUILD_ID, 'expected letters, digits and - _ . +').optional(),
};

type Given = z.infer<z.ZodObject<typeof DEPLOYMENT_VARIABLES>>;

/** Which release a worker belongs to. */
export interface DeploymentSettings {
  /**
   * Whether the server keeps running workflows on the release that they began with. Off by default: a versioned worker
   * receives nothing until its version is made current (`./candlewick deploy set-current`).
   */
  readonly workerVersioning: boolean;
  readonly deploymentName: string;
  /** null: from the package's version and the git commit. */
  readonly buildId: string | null;
}

export function deploymentSettingsOf(given: Given): DeploymentSettings {
  return {
    workerVersioning: given.CANDLEWICK_WORKER_VERSIONING === 'on',
    deploymentName: given.CANDLEWICK_DEPLOYMENT ?? 'candlewick',
    buildId: given.CANDLEWICK_BUILD_ID ?? null,
  };
}
