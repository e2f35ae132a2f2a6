import { retrainRunId, rootRunId } from '../../names/ids';
import { ERRORS } from '../../names/errors';
import type { Alert } from '../alert';
import { alertKey, quoted } from '../alert';
import type { RunFact, RunNumbers, RunOutcome } from '../facts';
import { argument, countText } from '../words';

type Failed = Extract<RunOutcome, { kind: 'failed' }>;

/**
 * Runs that failed or ended without some of their symbols, and retrains that failed. What was retried counts by its last
 * execution, and a failed retrain is over once a later one of its schedule ends well. The run of a retrain is told with it.
 */
export function runAlerts(facts: readonly RunFact[]): readonly Alert[] {
  const retrains = facts.filter(({ kind }) => kind === 'retrain');
  const runs = newestClosed(facts.filter(({ kind }) => kind === 'run'));
  return [
    ...newestClosed(retrains).flatMap((fact) => retrainAlert(fact, retrains)),
    ...runs.flatMap((fact) => runAlert(fact, retrains)),
  ];
}

/** The newest of what has ended, for each run with its retries. */
function newestClosed(facts: readonly RunFact[]): readonly RunFact[] {
  const newest = new Map<string, RunFact>();
  for (const fact of facts) {
    const root = rootRunId(fact.workflowId);
    const known = newest.get(root);
    if (fact.closedMs !== null && (known === undefined || fact.closedMs > (known.closedMs ?? 0)))
      newest.set(root, fact);
  }
  return [...newest.values()];
}

function retrainAlert(fact: RunFact, retrains: readonly RunFact[]): readonly Alert[] {
  const { workflowId, runId, outcome, scheduleId } = fact;
  if (outcome.kind !== 'failed') return [];
  const isOver = retrains.some(
    (other) =>
      scheduleId !== null &&
      other.scheduleId === scheduleId &&
      other.startedMs > fact.startedMs &&
      other.outcome.kind === 'done',
  );
  if (isOver) return [];
  const by = scheduleId === null ? '' : ` of the schedule ${scheduleId}`;
  return [
    {
      key: alertKey('retrain-failed', workflowId),
      kind: 'retrain-failed',
      severity: 'error',
      title: quoted(`Retrain failed: ${workflowId} (${outcome.code})`),
      text: quoted(`The retrain${by} promoted nothing. ${numbersText(outcome.summary)}${outcome.message}`),
      facts: { ...factsOf(fact, outcome), scheduleId },
      runbook: runbookOf(outcome.code),
      commands: [
        `./candlewick failures ${argument(retrainRunId(workflowId))}`,
        `./candlewick status ${argument(workflowId)}`,
      ],
      workflow: { workflowId, runId },
      report: outcome.summary?.report ?? null,
    },
  ];
}

function runAlert(fact: RunFact, retrains: readonly RunFact[]): readonly Alert[] {
  const { workflowId, runId, outcome } = fact;
  const root = rootRunId(workflowId);
  const workflow = { workflowId, runId };
  if (outcome.kind === 'partial') {
    const { summary } = outcome;
    return [
      {
        key: alertKey('run-partial', root),
        kind: 'run-partial',
        severity: 'warning',
        title: quoted(`Run ended without some symbols: ${root}`),
        text: `${numbersText(summary)}The quorum was reached; what failed can be tried again without computing the rest.`,
        facts: { workflowId, symbols: summary.symbols, done: summary.done, failed: summary.failed },
        runbook: 'alerts.md#run-partial',
        commands: [`./candlewick failures ${argument(root)}`, `./candlewick retry ${argument(root)}`],
        workflow,
        report: summary.report,
      },
    ];
  }
  if (outcome.kind !== 'failed' || isToldByRetrain(root, retrains)) return [];
  return [
    {
      key: alertKey('run-failed', root),
      kind: 'run-failed',
      severity: 'error',
      title: quoted(`Run failed: ${root} (${outcome.code})`),
      text: quoted(`${numbersText(outcome.summary)}${outcome.message}`),
      facts: factsOf(fact, outcome),
      runbook: runbookOf(outcome.code),
      commands: [`./candlewick failures ${argument(root)}`, `./candlewick retry ${argument(root)}`],
      workflow,
      report: outcome.summary?.report ?? null,
    },
  ];
}

/** A retrain that is still open fails, or promotes all the same, seconds after its run: that is waited for. */
function isToldByRetrain(run: string, retrains: readonly RunFact[]): boolean {
  return retrains.some(
    ({ workflowId, outcome }) =>
      retrainRunId(workflowId) === run && (outcome.kind === 'failed' || outcome.kind === 'open'),
  );
}

function numbersText(numbers: RunNumbers | null): string {
  if (numbers === null) return '';
  const { symbols, done, failed } = numbers;
  return `${countText(symbols, 'symbol')}: ${String(done)} done, ${String(failed)} failed. `;
}

function factsOf({ workflowId }: RunFact, { code, summary }: Failed): Alert['facts'] {
  const numbers = summary === null ? {} : { symbols: summary.symbols, done: summary.done, failed: summary.failed };
  return { workflowId, code, ...numbers };
}

function runbookOf(code: string): string {
  return code in ERRORS ? `runbook.md#${code.toLowerCase()}` : 'alerts.md#run-failed';
}
