import { rootRunId } from '../../shared/names/ids';
import { openObjectStore } from '../../shared/store/open-store';
import { runReportKey } from '../../shared/store/run-files';
import type { CommandContext } from '../command-context';
import { reportPath } from '../store-paths';
import { EXIT, UsageError } from '../usage-error';

/** `candlewick report <run>`: where its report is. */
export async function reportCommand({ settings, print }: CommandContext, givenId: string): Promise<number> {
  const runId = rootRunId(givenId);
  const objects = openObjectStore(settings);
  if ((await objects.size(runReportKey(runId))) === null)
    throw new UsageError(
      `there is no report of '${givenId}' in ${objects.description}; ./candlewick status lists the runs`,
    );
  print(reportPath(settings, runId));
  return EXIT.done;
}
