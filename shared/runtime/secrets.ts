import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Reads a secret by its name. Throws an Error that says where it was looked for and never what was found. */
export type ReadSecret = (name: string) => string;

const NAME = /^[a-z][a-z0-9-]{0,62}$/;

/**
 * Secrets are named in configurations and histories (`vendor-key`), and only named: the value comes from the environment
 * (`CANDLEWICK_SECRET_VENDOR_KEY`) or from a file of that name in the folder `CANDLEWICK_SECRETS`, as containers mount them.
 */
export function secretReader(env: NodeJS.ProcessEnv): ReadSecret {
  return (name) => {
    if (!NAME.test(name)) {
      throw new Error(
        `'${name}' is no name of a secret: expected small letters, digits and hyphens, such as vendor-key`,
      );
    }
    const variable = `CANDLEWICK_SECRET_${name.toUpperCase().replaceAll('-', '_')}`;
    const value = env[variable] ?? fromFile(env.CANDLEWICK_SECRETS, name);
    if (value !== null && value !== '') return value;
    throw new Error(
      `the secret '${name}' is not there: set ${variable}, or put a file '${name}' into the folder CANDLEWICK_SECRETS`,
    );
  };
}

function fromFile(folder: string | undefined, name: string): string | null {
  if (folder === undefined || folder === '') return null;
  try {
    return readFileSync(join(folder, name), 'utf8').trim();
  } catch {
    return null;
  }
}
