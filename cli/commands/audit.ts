import { DAY_MS } from '../../domain/core/durations';
import type { AuditEntry } from '../../shared/contracts/registry';
import type { CommandContext } from '../command-context';
import { withRegistry } from '../registry-session';
import { EXIT, UsageError } from '../usage-error';
import { printJson } from '../views/print-json';
import { stamp } from '../views/stamp';
import { textTable } from '../views/text-table';

const HEADER = ['when', 'who', 'did', 'to', 'why'];
export interface AuditFlags {
  readonly since?: string;
  /** Part of what it was done to: a model, a run, a schedule. */
  readonly subject?: string;
  readonly who?: string;
  readonly action?: AuditEntry['action'];
  readonly json?: boolean;
}

/** `candlewick audit`: who did what to models, schedules and runs, the oldest first; damaged entries are named. */
export function auditCommand(context: CommandContext, { since, json, ...wanted }: AuditFlags): Promise<number> {
  return withRegistry(context, async ({ audit }) => {
    const range = since === undefined ? {} : { fromMs: sinceMs(since, Date.now()) };
    const { entries: all, damaged } = await audit.read(range);
    const entries = all.filter((entry) => isWanted(entry, wanted));
    for (const key of damaged) context.say(`${key} is damaged or of another version of Candlewick`);
    if (json === true) printJson(context, { entries, damaged });
    else if (entries.length === 0) context.print('nothing is entered');
    else context.print(textTable(HEADER, entries.map(rowOf)));
    return damaged.length === 0 ? EXIT.done : EXIT.failed;
  });
}

/** A date or instant (UTC where no zone is given), or a number of days back: `2026-03-02`, `7d`. */
function sinceMs(text: string, nowMs: number): number {
  const days = /^(\d{1,4})d$/.exec(text)?.[1];
  if (days !== undefined) return nowMs - Number(days) * DAY_MS;
  const isDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text);
  const hasZone = /(Z|[+-]\d\d:\d\d)$/.test(text.slice(10));
  const at = isDate ? Date.parse(text.length === 10 || hasZone ? text : `${text}Z`) : NaN;
  if (!Number.isNaN(at)) return at;
  throw new UsageError(
    `--since '${text}' is no date; expected 2026-03-02, 2026-03-02T06:00Z or a number of days as 7d`,
  );
}

function isWanted(entry: AuditEntry, { subject, who, action }: AuditFlags): boolean {
  return (
    (subject === undefined || entry.subject.includes(subject)) &&
    (who === undefined || entry.who.includes(who)) &&
    (action === undefined || entry.action === action)
  );
}

function rowOf({ at, who, action, subject, why }: AuditEntry): readonly string[] {
  return [stamp(at), who, action, subject, why];
}
