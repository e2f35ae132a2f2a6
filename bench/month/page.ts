import type { CheckedMonth } from './checks';

/** The page that tells of the month: the command, what was done, a row a day, the checks. */
export function monthPage({
  days,
  badDay,
  rollbackAfter,
  rolledBack,
  seconds,
  checks,
  rows,
  champions,
}: CheckedMonth & {
  readonly days: readonly string[];
  readonly badDay: string;
  readonly rollbackAfter: string;
  readonly rolledBack: string;
  readonly seconds: number;
}): string {
  const models = [...new Set(rows.flatMap(({ outcomes }) => outcomes.map(({ model }) => model)))].sort();
  const refusals = rows.flatMap(({ day, outcomes }) =>
    outcomes
      .filter(({ text }) => text.endsWith('refused'))
      .map(({ model, text, reason }) => `- ${day} ${model} ${text}: ${reason}`),
  );
  return `${[
    '# A month of daily retrains',
    '',
    'Two symbols with a planted signal, hourly bars in files, one horizon, retrained as of every weekday of a month by `schedule backfill`, through the',
    'real server, a worker and the command, on a file store. Written by:',
    '',
    '```',
    'npm run build && node tests/support/run-typescript.mjs bench/month.ts docs/month.md',
    '```',
    '',
    `${String(days.length)} retrains in ${(seconds / 60).toFixed(1)} minutes (${(seconds / days.length).toFixed(1)} s each, on the machine that it was written on, two shared cores), one after another.`,
    `For ${badDay} the schedule was changed so that only the class shares are forecast: its challengers are refused, and the mistake is mended.`,
    `After ${rollbackAfter} the champion of ${rolledBack} was rolled back by \`models rollback\`; the next day's challenger met the champion before it.`,
    '',
    '| check | found | |',
    '| --- | --- | --- |',
    ...checks.map(({ name, found, passed }) => `| ${name} | ${found} | ${passed ? 'passed' : '**failed**'} |`),
    '',
    `At the end: ${champions.join(', ')}.`,
    '',
    `| day | trained as of (UTC) | ${models.join(' | ')} |`,
    `| --- | --- | ${models.map(() => '---').join(' | ')} |`,
    ...rows.map(({ day, asOf, outcomes }) => {
      const cells = models.map((model) => outcomes.find((outcome) => outcome.model === model)?.text ?? '');
      return `| ${day} | ${asOf.slice(0, 16)} | ${cells.join(' | ')} |`;
    }),
    '',
    'Why challengers were refused, in the words of the gate:',
    '',
    ...refusals,
  ].join('\n')}\n`;
}
