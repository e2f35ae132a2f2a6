import fc from 'fast-check';
import type { Alert } from '../../../shared/alerts/alert';
import { createAlertBook } from '../../../shared/alerts/alert-book';
import type { AlertFacts, QueueFact, RunFact, RunOutcome, ScheduleFact } from '../../../shared/alerts/facts';
import { dedupKey } from '../../../shared/alerts/formats/pagerduty';
import { findAlerts } from '../../../shared/alerts/rules/rules';
import { argument } from '../../../shared/alerts/words';
import { readSettings } from '../../../shared/runtime/settings';
import { createMemoryObjectStore } from '../../support/memory-object-store';

const NOW = Date.UTC(2026, 2, 2, 22, 30);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const { thresholds } = readSettings({}, '/').alerts;
const NOTHING: AlertFacts = { runs: null, promotions: null, schedules: null, champions: null, queues: null };
const find = (facts: Partial<AlertFacts>): readonly Alert[] =>
  findAlerts({ ...NOTHING, ...facts }, thresholds, NOW).alerts;
const keys = (facts: Partial<AlertFacts>): readonly string[] => find(facts).map(({ key }) => key);

const numbers = { symbols: 10, done: 3, failed: 7, report: 'store/runs/r1/report.html' };
const FAILED: RunOutcome = { kind: 'failed', code: 'QuorumMissed', message: '3 of 10 succeeded', summary: numbers };
const DONE: RunOutcome = { kind: 'done', summary: numbers };
const PARTIAL: RunOutcome = { kind: 'partial', summary: numbers };

function run(workflowId: string, outcome: RunOutcome, more: Partial<RunFact> = {}): RunFact {
  const closedMs = outcome.kind === 'open' ? null : NOW - 5 * MINUTE;
  return {
    kind: 'run',
    workflowId,
    runId: `${workflowId}#1`,
    scheduleId: null,
    startedMs: NOW - DAY,
    closedMs,
    outcome,
    ...more,
  };
}
const retrain = (workflowId: string, outcome: RunOutcome, more: Partial<RunFact> = {}): RunFact =>
  run(workflowId, outcome, { kind: 'retrain', ...more });

describe('alerts of runs', () => {
  it('says of a failed run what is known, where to look and what to do', () => {
    expect(find({ runs: [run('r1', FAILED)] })).toEqual([
      {
        key: 'run-failed:r1',
        kind: 'run-failed',
        severity: 'error',
        title: 'Run failed: r1 (QuorumMissed)',
        text: '10 symbols: 3 done, 7 failed. 3 of 10 succeeded',
        facts: { workflowId: 'r1', code: 'QuorumMissed', symbols: 10, done: 3, failed: 7 },
        runbook: 'runbook.md#quorummissed',
        commands: ['./candlewick failures r1', './candlewick retry r1'],
        workflow: { workflowId: 'r1', runId: 'r1#1' },
        report: 'store/runs/r1/report.html',
      },
    ]);
  });

  it.each<[string, readonly RunFact[], readonly string[]]>([
    [
      'nothing of one that is done, stopped or open',
      [run('a', DONE), run('b', { kind: 'stopped' }), run('c', { kind: 'open' })],
      [],
    ],
    ['one that ended without some symbols', [run('a', PARTIAL)], ['run-partial:a']],
    ['nothing once a retry ended well', [run('a', FAILED), run('a/retry-1', DONE, { closedMs: NOW })], []],
    ['what a retry left', [run('a', FAILED), run('a/retry-1', PARTIAL, { closedMs: NOW })], ['run-partial:a']],
    ['a failure while its retry is open', [run('a', FAILED), run('a/retry-1', { kind: 'open' })], ['run-failed:a']],
    ['a failed retrain, and its run with it', [retrain('t', FAILED), run('t/run', FAILED)], ['retrain-failed:t']],
    ['nothing while the retrain of a failed run is open', [retrain('t', { kind: 'open' }), run('t/run', FAILED)], []],
    [
      'the run where its retrain promotes all the same',
      [retrain('t', DONE), run('t/run', FAILED)],
      ['run-failed:t/run'],
    ],
    [
      'the run where its retrain was stopped',
      [retrain('t', { kind: 'stopped' }), run('t/run', FAILED)],
      ['run-failed:t/run'],
    ],
    [
      'nothing once a later retrain of the schedule ended well',
      [retrain('t1', FAILED, { scheduleId: 's' }), retrain('t2', DONE, { scheduleId: 's', startedMs: NOW })],
      [],
    ],
    [
      'a retrain although another schedule is well',
      [retrain('t1', FAILED, { scheduleId: 's' }), retrain('t2', DONE, { scheduleId: 'z', startedMs: NOW })],
      ['retrain-failed:t1'],
    ],
  ])('tells %s', (_, runs, expected) => expect(keys({ runs })).toEqual(expected));

  it('leads to the alerts page where the code is none of the table', () => {
    const [alert] = find({ runs: [run('a', { ...FAILED, code: 'Timeout', summary: null })] });
    expect(alert).toMatchObject({ runbook: 'alerts.md#run-failed', report: null, facts: { code: 'Timeout' } });
  });
});

describe('alerts of schedules', () => {
  const schedule: ScheduleFact = {
    ...{ id: 's', paused: false, note: '', expectedMs: null, startedForMs: [], missedForGood: 0, skippedForOverlap: 0 },
  };
  it.each<[string, Partial<ScheduleFact>, readonly string[]]>([
    ['nothing where nothing was expected', {}, []],
    ['a start that did not happen', { expectedMs: NOW - 20 * MINUTE }, ['schedule-missed:s']],
    ['nothing where it happened', { expectedMs: NOW - 20 * MINUTE, startedForMs: [NOW - 20 * MINUTE] }, []],
    ['nothing where a person made up for it', { expectedMs: NOW - 20 * MINUTE, startedForMs: [NOW - MINUTE] }, []],
    [
      'one where only an earlier one happened',
      { expectedMs: NOW - DAY, startedForMs: [NOW - 2 * DAY] },
      ['schedule-missed:s'],
    ],
    ['one that stopped itself', { paused: true, note: 'paused due to workflow failure: x' }, ['schedule-paused:s']],
    ['nothing of one that a person paused', { paused: true, note: 'vendor is down' }, []],
  ])('tells %s', (_, more, expected) => expect(keys({ schedules: [{ ...schedule, ...more }] })).toEqual(expected));
});

describe('alerts of models, promotions and queues', () => {
  it('tells of a set whose oldest champion is too old, by the numbers', () => {
    const champion = (model: string, days: number | null) => ({
      ...{ model, set: model.split('/')[0] ?? '' },
      championAsOfMs: days === null ? null : NOW - days * DAY,
    });
    const champions = [
      champion('daily/A-h1', 12.25),
      champion('daily/B-h1', 2),
      champion('slow/C-h1', 7.9),
      champion('new/D-h1', null),
    ];
    const [alert, ...rest] = find({ champions });
    expect(rest).toEqual([]);
    expect(alert).toMatchObject({
      key: 'champion-age:daily',
      facts: { oldestModel: 'daily/A-h1', oldestDays: 12.3, old: 1, champions: 2 },
    });
    expect(alert?.text).toContain('1 of 2 champions of the set daily is older than 8 days');
  });

  it('asks once for all questions of a retrain', () => {
    const asked = (model: string, askedBy: string | null) => ({
      ...{ workflowId: `promote/${model}/v2`, runId: 'x', askedBy, model, version: 2, untilMs: NOW + DAY },
    });
    const promotions = [asked('daily/A-h1', 't1'), asked('daily/B-h1', 't1'), asked('other/A-h1', null)];
    expect(find({ promotions })).toMatchObject([
      {
        key: 'promotion-waits:t1',
        severity: 'info',
        title: '2 promotions wait for approval: t1',
        facts: { waiting: 2 },
      },
      { key: 'promotion-waits:promote/other/A-h1/v2' },
    ]);
  });

  it.each<[string, Partial<QueueFact>, readonly string[]]>([
    ['nothing of an empty queue that nobody asks', { pollers: 0, ageMs: DAY }, []],
    ['nothing of work that waits its turn', { backlog: 9, ageMs: 59 * MINUTE }, []],
    ['work that waits for too long', { backlog: 9, ageMs: 61 * MINUTE }, ['queue-backlog:candlewick-cpu/activity']],
    [
      'light work that waits',
      { queue: 'candlewick-control', backlog: 1, ageMs: 6 * MINUTE },
      ['queue-backlog:candlewick-control/activity'],
    ],
    ['nothing of a worker that is being replaced', { backlog: 1, ageMs: 4 * MINUTE, pollers: 0 }, []],
    [
      'work that nobody asks for',
      { backlog: 1, ageMs: 6 * MINUTE, pollers: 0 },
      ['queue-unattended:candlewick-cpu/activity'],
    ],
  ])('tells %s', (_, more, expected) => {
    const queue: QueueFact = { queue: 'candlewick-cpu', kind: 'activity', backlog: 0, ageMs: 0, pollers: 2 };
    expect(keys({ queues: [{ ...queue, ...more }] })).toEqual(expected);
  });

  it('says which kinds it could look for', () => {
    expect([...findAlerts({ ...NOTHING, queues: [] }, thresholds, NOW).looked]).toEqual([
      'queue-backlog',
      'queue-unattended',
    ]);
  });
});

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 800 }),
  fc.constantFrom('/', '', ':', '..', 'é', 'e\u0301'),
);

describe('keys of alerts', () => {
  it('are told apart in the store and at PagerDuty, whatever runs are called, and are the same for the same run', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(nasty, { minLength: 2, maxLength: 6 }), async (names) => {
        const runs = names.map((name) => run(`x${name}y`, FAILED));
        const alerts = find({ runs });
        expect(find({ runs })).toEqual(alerts);
        const all = alerts.map(({ key }) => key);
        expect(new Set(all).size).toBe(names.length);
        const pagers = all.map((key) => dedupKey(key, 'here'));
        expect(new Set(pagers).size).toBe(names.length);
        for (const key of pagers) expect(key).toMatch(/^[\x20-\x7e]{1,255}$/);
        const book = createAlertBook(createMemoryObjectStore());
        const at = new Date(NOW).toISOString();
        for (const alert of alerts) {
          expect(await book.add({ alert, state: 'firing', number: 1, at, since: at })).toBe(true);
          expect(await book.add({ alert, state: 'firing', number: 1, at, since: at })).toBe(false);
        }
        expect((await book.read()).map(({ notice }) => notice.alert.title).sort()).toEqual(
          alerts.map(({ title }) => title).sort(),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('never let the name of a run become another command', () => {
    expect(argument('retrain-daily-2026-03-02T22:30:00Z/run')).toBe('retrain-daily-2026-03-02T22:30:00Z/run');
    expect(argument("x'; rm -rf ~ #")).toBe("'x'\\''; rm -rf ~ #'");
    expect(argument('')).toBe("''");
  });
});
