import { join } from 'node:path';
import type { Settings } from '../shared/runtime/settings';
import { runReportKey } from '../shared/store/run-files';

/** Where a person finds the report of a run. */
export function reportPath({ storeRoot }: Pick<Settings, 'storeRoot'>, runId: string): string {
  return join(storeRoot, runReportKey(runId));
}
