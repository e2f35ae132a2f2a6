import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openMonth } from './month/commands';
import { writeMonthBars } from './month/bars';
import { checkMonth } from './month/checks';
import { monthDays } from './month/days';
import { monthPage } from './month/page';
import { MONTH_SET, goodSchedule, worseSchedule } from './month/schedules';

/**
 * A month of daily retrains through the real server, worker and command: weekday by weekday as of its day, by backfill. On
 * one day the schedule is changed so that it trains badly, and its challengers are refused; a champion is rolled back by
 * command. At the end it is checked that every day ran as of its day and that the audit log tells of every change.
 * Exits 1 where a check fails.
 *
 *   npm run build && node tests/support/run-typescript.mjs bench/month.ts docs/month.md
 */
async function main([page]: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'candlewick-month-'));
  const days = monthDays(new Date());
  const sources = writeMonthBars(folder, days);
  const month = await openMonth(folder);
  const startedAtMs = Date.now();
  try {
    const [badDay, rollbackAfter] = [
      days[Math.floor(days.length / 2)] ?? '',
      days[Math.floor(days.length * 0.7)] ?? '',
    ];
    const before = days.filter((day) => day < badDay);
    const between = days.filter((day) => day > badDay && day <= rollbackAfter);
    const after = days.filter((day) => day > rollbackAfter);
    await month.apply(goodSchedule(sources), 'the month begins');
    await month.backfill(before);
    await month.apply(worseSchedule(sources), 'a mistake: only the class shares are forecast');
    await month.backfill([badDay]);
    await month.apply(goodSchedule(sources), 'the mistake is mended');
    await month.backfill(between);
    const rolledBack = await month.rollBack('its trades looked wrong to the desk');
    await month.backfill(after);
    const seconds = (Date.now() - startedAtMs) / 1000;
    const checked = await checkMonth(month, { days, badDay, rolledBack, set: MONTH_SET });
    const text = monthPage({ days, badDay, rollbackAfter, rolledBack, seconds, ...checked });
    if (page !== undefined) writeFileSync(resolve(page), text);
    process.stdout.write(text);
    return checked.checks.every(({ passed }) => passed) ? 0 : 1;
  } finally {
    await month.close();
  }
}

main(process.argv.slice(2)).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
