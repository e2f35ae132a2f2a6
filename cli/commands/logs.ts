import type { StoredLog } from '../../shared/store/activity-logs';
import { createActivityLogStore } from '../../shared/store/activity-logs';
import { openObjectStore } from '../../shared/store/open-store';
import type { ObjectStore } from '../../shared/store/port';
import { readRunRecord } from '../../shared/store/run-files';
import { rootRunId, symbolOfActivity } from '../../shared/names/ids';
import type { CommandContext } from '../command-context';
import { splitRun } from '../operate/executions';
import { EXIT, UsageError } from '../usage-error';
import { textTable } from '../views/text-table';

/** `candlewick logs <run> [symbol] [activity]`: the logs of failed and stopped attempts, of one symbol too, or the end of the last one of an activity. */
export async function logsCommand(
  context: CommandContext,
  words: readonly string[],
  flags: { readonly lines: number; readonly attempt?: number },
): Promise<number> {
  const objects = openObjectStore(context.settings);
  const logs = createActivityLogStore(objects);
  const { runId, rest } = await splitRun(words, async (id) => (await logs.list(rootRunId(id))).length > 0).catch(
    () => ({ runId: rootRunId(words[0] ?? ''), rest: [] }),
  );
  const all = await logs.list(runId);
  if (all.length === 0) {
    context.say(`${runId} left no logs: only attempts that fail or are stopped leave one`);
    return EXIT.done;
  }
  const symbols = await symbolsOf(objects, runId);
  const ofSymbol = all.filter(({ activityId }) => symbolOfActivity(activityId, symbols) === rest.join('/'));
  if (rest.length === 0 || ofSymbol.length > 0 || symbols.includes(rest.join('/'))) {
    const listed = rest.length === 0 ? all : ofSymbol;
    if (listed.length === 0)
      context.say(`${rest.join('/')} left no logs: only attempts that fail or are stopped leave one`);
    else context.print(textTable(['activity', 'attempt', 'log'], listed.map(row)));
    return EXIT.done;
  }
  const log = all
    .filter(({ activityId, attempt }) => isNamed(activityId, rest) && attempt === (flags.attempt ?? attempt))
    .at(-1);
  if (log === undefined)
    throw new UsageError(
      `${runId} has no log of '${rest.join(' ')}'${ofAttempt(flags.attempt)}; there are ${namesOf(all)}`,
    );
  const lines = ((await logs.read(log)) ?? '').trimEnd().split('\n');
  const shown = lines.slice(-flags.lines);
  if (shown.length < lines.length)
    context.say(`the last ${String(shown.length)} of ${String(lines.length)} lines of ${log.key}`);
  context.print(shown.join('\n'));
  return EXIT.done;
}

/** Symbols of the run's record; a run that wrote none yet is asked by the names of activities alone. */
async function symbolsOf(objects: ObjectStore, runId: string): Promise<readonly string[]> {
  return ((await readRunRecord(objects, runId))?.symbols ?? []).map(({ symbol }) => symbol);
}

/** The words end with the activity; a symbol before says nothing that the activity's name does not. */
function isNamed(activityId: string, rest: readonly string[]): boolean {
  return rest.some((_, from) => rest.slice(from).join('/') === activityId);
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
