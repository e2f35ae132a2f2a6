import type { Overlap } from '../../shared/contracts/schedule';
import { WEEKDAYS, isDay } from '../../shared/contracts/schedule';
import type { CommandContext } from '../command-context';
import { localDay, nextDay, startOfDayMs } from '../schedule/local-day';
import type { ScheduleFacts } from '../schedule/schedule-facts';
import { actualFacts } from '../schedule/schedule-facts';
import { OVERLAP_POLICIES } from '../schedule/schedule-options';
import type { ReasonFlags } from '../operate/reason';
import { readReason } from '../operate/reason';
import { recordScheduleChange, sayIfNoWorker, withSchedule } from '../schedule/schedule-session';
import { EXIT, UsageError } from '../usage-error';

/** The server holds no more starts of one schedule than this at a time. */
const MAX_STARTS = 900;

/**
 * `candlewick schedule backfill <id> --from 2026-10-01 --to 2026-10-31`: the retrains of past days, each as of its day. By
 * default one after another, the oldest first, so that each challenger meets the champion of the day before.
 */
export async function scheduleBackfillCommand(
  context: CommandContext,
  id: string,
  flags: ReasonFlags & { readonly from: string; readonly to: string; readonly overlap?: Overlap },
): Promise<number> {
  const overlap = flags.overlap ?? 'bufferAll';
  assertDays(flags);
  readReason(flags);
  return withSchedule(context, id, async (schedule, client) => {
    const facts = actualFacts(await schedule.describe());
    const { timeZone = 'UTC' } = facts;
    if (flags.to > localDay(Date.now(), timeZone))
      throw new UsageError(`--to ${flags.to} has not come yet in ${timeZone}; a backfill is of past days`);
    const days = startDays(facts, flags.from, flags.to);
    if (days.length === 0) throw new UsageError(`schedule ${id} has no day from ${flags.from} to ${flags.to}`);
    if (days.length > MAX_STARTS)
      throw new UsageError(`${String(days.length)} retrains at once; ask for at most ${String(MAX_STARTS)}`);
    await schedule.backfill({
      // The server takes what comes after the start, up to and with the end.
      start: new Date(startOfDayMs(flags.from, timeZone) - 1_000),
      end: new Date(Math.min(Date.now(), startOfDayMs(nextDay(flags.to), timeZone) - 1_000)),
      overlap: OVERLAP_POLICIES[overlap],
    });
    await recordScheduleChange(context, id, flags, {
      did: 'backfilled',
      details: { from: flags.from, to: flags.to, overlap },
    });
    context.say(
      `schedule ${id}: ${String(days.length)} retrains from ${days[0] ?? ''} to ${days.at(-1) ?? ''}${overlap === 'allowAll' ? ', all at once' : ', one after another'}`,
    );
    await sayIfNoWorker(context, client);
    return EXIT.done;
  });
}

function assertDays({ from, to }: { readonly from: string; readonly to: string }): void {
  const faults = [
    ...(isDay(from) ? [] : [`--from ${from}: expected a day such as 2026-10-01`]),
    ...(isDay(to) ? [] : [`--to ${to}: expected a day such as 2026-10-31`]),
    ...(isDay(from) && isDay(to) && from > to ? [`--from ${from} comes after --to ${to}`] : []),
  ];
  if (faults.length > 0) throw new UsageError(faults.join('; '));
}

/** The days of a range on which the schedule starts something. */
function startDays({ days = '', skip = '' }: ScheduleFacts, from: string, to: string): readonly string[] {
  const [weekdays, skipped] = [days.split(','), new Set(skip.split(','))];
  const found: string[] = [];
  for (let day = from; day <= to; day = nextDay(day)) {
    const weekday = WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? '';
    if (weekdays.includes(weekday) && !skipped.has(day)) found.push(day);
  }
  return found;
}
