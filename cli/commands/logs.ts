import type { StoredLog } from '../../shared/store/activity-logs';
import { createActivityLogStore } from '../../shared/store/activity-logs';
import { openObjectStore } from '../../shared/store/open-store';
import { rootRunId } from '../../shared/names/ids';
import type { CommandContext } from '../command-context';
import { EXIT, UsageError } from '../usage-error';
import { textTable } from '../views/text-table';

/** `candlewick logs <run> [activity]`: the logs of failed and stopped attempts, or the end of the last one of an activity. */
export async function logsCommand(
  context: CommandContext,
  words: readonly string[],
  flags: { readonly lines: number; readonly attempt?: number },
): Promise<number> {
  const logs = createActivityLogStore(openObjectStore(context.settings));
  const { runId, wanted } = await chosen(words, async (id) => (await logs.list(id)).length > 0);
  const all = await logs.list(runId);
  if (all.length === 0) {
    context.say(`${runId} left no logs: only attempts that fail or are stopped leave one`);
    return EXIT.done;
  }
  if (wanted === null) {
    context.print(textTable(['activity', 'attempt', 'log'], all.map(row)));
    return EXIT.done;
  }
  const log = all
    .filter(({ activityId, attempt }) => activityId === wanted && attempt === (flags.attempt ?? attempt))
    .at(-1);
  if (log === undefined)
    throw new UsageError(`${runId} has no log of '${wanted}'${ofAttempt(flags.attempt)}; there are ${namesOf(all)}`);
  const lines = ((await logs.read(log)) ?? '').trimEnd().split('\n');
  const shown = lines.slice(-flags.lines);
  if (shown.length < lines.length)
    context.say(`the last ${String(shown.length)} of ${String(lines.length)} lines of ${log.key}`);
  context.print(shown.join('\n'));
  return EXIT.done;
}

/** The last word is the activity; a symbol between says nothing that the activity's name does not. */
async function chosen(
  words: readonly string[],
  hasLogs: (runId: string) => Promise<boolean>,
): Promise<{ readonly runId: string; readonly wanted: string | null }> {
  const [path = '', ...others] = words;
  const parts = path.split('/');
  for (let length = parts.length; length >= 1; length -= 1) {
    const runId = rootRunId(parts.slice(0, length).join('/'));
    if (await hasLogs(runId)) return { runId, wanted: [...parts.slice(length), ...others].at(-1) ?? null };
  }
  return { runId: rootRunId(path), wanted: null };
}

function row({ activityId, attempt, key }: StoredLog): readonly string[] {
  return [activityId, String(attempt), key];
}

function ofAttempt(attempt: number | undefined): string {
  return attempt === undefined ? '' : `, attempt ${String(attempt)}`;
}

function namesOf(logs: readonly StoredLog[]): string {
  return [...new Set(logs.map(({ activityId }) => activityId))].join(', ');
}
