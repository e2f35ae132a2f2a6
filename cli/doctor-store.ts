import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { readSettings } from '../shared/runtime/settings';
import type { StoreLocation } from '../shared/runtime/settings/store-settings';
import { storeFault, storeName } from '../shared/store/store-check';
import type { Check } from './doctor-checks';

const NAME = 'Store';

/** Where the store is and whether it can be used: a folder that can be written, or a bucket that keeps what a run needs. */
export async function checkStore(env: NodeJS.ProcessEnv, workingDirectory: string): Promise<Check> {
  try {
    const { store } = readSettings(env, workingDirectory);
    const fault = await faultOf(store);
    if (fault !== null) return { part: NAME, state: 'missing', version: '', note: fault };
    return store.kind === 'file'
      ? { part: NAME, state: 'ok', version: 'folder', note: store.root }
      : { part: NAME, state: 'ok', version: 'S3', note: storeName(store) };
  } catch (error) {
    return { part: NAME, state: 'missing', version: '', note: error instanceof Error ? error.message : String(error) };
  }
}

async function faultOf(store: StoreLocation): Promise<string | null> {
  switch (store.kind) {
    case 'file':
      return folderFault(store.root);
    case 's3': {
      const fault = await storeFault(store);
      return fault === null ? null : `${storeName(store)}: ${fault}`;
    }
    default:
      return store satisfies never;
  }
}

/** The folder need not be there yet: whoever runs makes it. */
function folderFault(root: string): string | null {
  const folder = nearestExisting(root);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return null;
  } catch {
    return `${folder} cannot be written: give it write permission, or set CANDLEWICK_STORE to another folder`;
  }
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
