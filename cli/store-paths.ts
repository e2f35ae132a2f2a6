import { join } from 'node:path';
import type { Settings } from '../shared/runtime/settings';
import { runReportKey } from '../shared/store/run-files';

/** Where a person finds the report of a run. */
export function reportPath({ storeRoot, store }: Pick<Settings, 'storeRoot' | 'store'>, runId: string): string {
  return store.kind === 'file' ? join(store.root, runReportKey(runId)) : `${storeRoot}/${runReportKey(runId)}`;
}
