import { workflowInfo } from '@temporalio/workflow';
import { STORE_ID_MEMO } from '../shared/names/messages';

/** The command line names the store that it reads results from; the UI does not (null). */
export function storeIdOfStarter(): string | null {
  const storeId = workflowInfo().memo?.[STORE_ID_MEMO];
  return typeof storeId === 'string' ? storeId : null;
}
