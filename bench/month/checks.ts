import type { Assignment, AuditEntry } from '../../shared/contracts/registry';
import { createAuditLog } from '../../shared/store/audit-log';
import { createRegistry } from '../../shared/store/registry';
import { readRunRecord } from '../../shared/store/run-files';
import type { Month } from './commands';
import { scheduledMs } from './commands';

export interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly found: string;
}

export interface DayRow {
  readonly day: string;
  readonly asOf: string;
  /** By model: what became of its challenger. */
  readonly outcomes: readonly { readonly model: string; readonly text: string; readonly reason: string }[];
}

export interface CheckedMonth {
  readonly checks: readonly Check[];
  readonly rows: readonly DayRow[];
  readonly champions: readonly string[];
}

/** Reads back what the month left in the store, and holds it against what was asked for. */
export async function checkMonth(
  month: Month,
  asked: {
    readonly days: readonly string[];
    readonly badDay: string;
    readonly rolledBack: string;
    readonly set: string;
  },
): Promise<CheckedMonth> {
  const { objects } = month.store;
  const registry = createRegistry(objects);
  const { entries, damaged } = await createAuditLog(objects).read({});
  const models = (await registry.models()).models.filter((model) => model.startsWith(`${asked.set}/`));
  const histories = await Promise.all(models.map((model) => registry.history(model, 10_000)));
  const records = await Promise.all(asked.days.map((day) => recordOf(month, day)));
  const badOutcomes = month.results.get(asked.badDay)?.outcomes ?? [];
  const champions = histories.map(([newest]) => `${newest?.model ?? ''}: v${String(newest?.champion ?? 'none')}`);
  const checks = [
    check(
      'every day ran as of its day',
      asked.days.length,
      records.filter((asOfMs, i) => asOfMs === scheduledMs(asked.days[i] ?? '')).length,
    ),
    check(
      'every model has a version of every day',
      asked.days.length * models.length,
      await countVersions(month, models),
    ),
    check(
      'the bad day was refused for every model',
      models.length,
      badOutcomes.filter(({ outcome }) => outcome === 'refused').length,
    ),
    check(
      'one model was rolled back, by command',
      1,
      histories.flat().filter(({ action, who }) => action === 'rollback' && who === 'ops').length,
    ),
    check('sequences of assignments without a hole', models.length, histories.filter(isWithoutHole).length),
    check(
      'every change of aliases is in the audit log',
      histories.flat().length,
      countEntered(histories.flat(), entries),
    ),
    check(
      'every entry about a model has its assignment',
      entries.filter(({ subject }) => models.includes(subject)).length,
      histories.flat().length,
    ),
    check(
      'changes of the schedule in the audit log',
      7,
      entries.filter(({ action }) => action === 'schedule-changed').length,
    ),
    check('damaged entries', 0, damaged.length),
  ];
  return { checks, rows: asked.days.map((day) => rowOf(month, day)), champions };
}

function check(name: string, wanted: number, found: number): Check {
  return {
    name,
    passed: wanted === found && (wanted > 0 || name === 'damaged entries'),
    found: `${String(found)} of ${String(wanted)}`,
  };
}

async function recordOf(month: Month, day: string): Promise<number | null> {
  const runId = month.results.get(day)?.run.runId;
  const record = runId === undefined ? null : await readRunRecord(month.store.objects, runId);
  return record === null ? null : Date.parse(record.asOf);
}

async function countVersions(month: Month, models: readonly string[]): Promise<number> {
  const registry = createRegistry(month.store.objects);
  const days = new Set([...month.results.values()].map(({ asOf }) => Date.parse(asOf)));
  const versions = (await Promise.all(models.map((model) => registry.versions(model)))).flatMap((all) => all.versions);
  return new Set(
    versions
      .filter(({ asOf }) => days.has(Date.parse(asOf)))
      .map(({ model, asOf }) => `${model} ${String(Date.parse(asOf))}`),
  ).size;
}

/** The newest first: 5, 4, 3, 2, 1. */
function isWithoutHole(history: readonly Assignment[]): boolean {
  return history.length > 0 && history.every(({ sequence }, i) => sequence === history.length - i);
}

function countEntered(assignments: readonly Assignment[], entries: readonly AuditEntry[]): number {
  const entered = new Set(entries.map(({ subject, details, who }) => `${subject}#${String(details.sequence)} ${who}`));
  return assignments.filter(({ model, sequence, who }) => entered.has(`${model}#${String(sequence)} ${who}`)).length;
}

function rowOf(month: Month, day: string): DayRow {
  const result = month.results.get(day);
  return {
    day,
    asOf: result?.asOf ?? 'none',
    outcomes: (result?.outcomes ?? []).map(({ model, version, outcome, reason }) => ({
      model,
      text: `v${String(version)} ${outcome}`,
      reason,
    })),
  };
}
