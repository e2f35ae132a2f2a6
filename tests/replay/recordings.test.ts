import { readFileSync } from 'node:fs';
import type { History } from '@temporalio/common/lib/proto-utils';
import { OPTIONAL_STAGES } from '../../shared/names/stages';
import * as workflows from '../../workflows';
import { eventKinds, scheduledActivities, startedChildren } from '../support/history-events';
import { expectedRecordings, foundRecordings, readRecording, recordingPath } from './recordings';

const MAX_BYTES = 300_000;

/** What must have happened in a recording, so that it stands for its scenario. */
const SHOWS: Readonly<Record<string, (history: History) => boolean>> = {
  'done-train-universe': (history) => closing(history) === 'workflowExecutionCompleted',
  'done-train-symbol': (history) => scheduledActivities(history).length === 11,
  'every-stage-train-universe': (history) => closing(history) === 'workflowExecutionCompleted',
  'every-stage-train-symbol': (history) =>
    OPTIONAL_STAGES.every((stage) => scheduledActivities(history).some(({ type }) => type === stage)),
  'one-failed-train-universe': (history) => kinds(history).includes('childWorkflowExecutionFailed'),
  'one-failed-train-symbol': (history) => closing(history) === 'workflowExecutionFailed',
  'quorum-missed-train-universe': (history) => closing(history) === 'workflowExecutionFailed',
  'pause-unpause-train-universe': (history) => count(history, 'workflowExecutionUpdateCompleted') === 2,
  'pause-unpause-train-symbol': (history) => count(history, 'workflowExecutionSignaled') === 2,
  'retry-failed-train-universe': (history) => startedChildren(history).length === 3,
  'retry-failed-train-symbol': (history) =>
    scheduledActivities(history).filter(({ type }) => type === 'train').length === 3,
  'cancelled-train-universe': (history) => closing(history) === 'workflowExecutionCanceled',
  'cancelled-train-symbol': (history) => count(history, 'activityTaskCanceled') === 2,
  'cancelled-train-batch': (history) => kinds(history).includes('workflowExecutionCancelRequested'),
  'batches-train-universe': (history) => startedChildren(history).length === 2,
  'batch-train-batch': (history) => kinds(history).includes('childWorkflowExecutionFailed'),
  'attempt-timed-out-train-symbol': (history) =>
    lastFailures(history).some((failure) => failure?.timeoutFailureInfo != null),
  'net-rungs-train-symbol': (history) =>
    scheduledActivities(history).filter(({ id }) => /^train-.*(f0|-rung1|-rung2)$/.test(id)).length === 3,
  'net-paused-train-universe': (history) => count(history, 'workflowExecutionUpdateCompleted') === 2,
  // Two fits and a rung of the second; the first and the rung are stopped and started again.
  'net-paused-train-symbol': (history) =>
    count(history, 'activityTaskCanceled') === 2 &&
    scheduledActivities(history).filter(({ type }) => type === 'train').length === 5,
  'worker-replaced-train-universe': (history) => closing(history) === 'workflowExecutionCompleted',
  'worker-replaced-train-symbol': (history) =>
    lastFailures(history).some((failure) => failure?.applicationFailureInfo?.type === 'WorkerShutdown'),
  'retrain-first-daily-retrain': (history) => actions(history).join() === 'first,first',
  'retrain-judged-daily-retrain': (history) =>
    [...actions(history)].sort().join() === 'promote,promote,refuse' &&
    scheduledActivities(history).filter(({ type }) => type === 'judgeModel').length === 3,
  'retrain-quorum-missed-daily-retrain': (history) =>
    closing(history) === 'workflowExecutionFailed' &&
    scheduledActivities(history).some(({ id }) => id === 'record-refusal'),
  'retrain-asks-daily-retrain': (history) => startedChildren(history).length === 3,
  'retrain-asks-promote-model': (history) =>
    actions(history).join() === 'approve' && count(history, 'workflowExecutionUpdateCompleted') === 1,
  'retrain-cancelled-daily-retrain': (history) =>
    actions(history).join() === 'promote' &&
    count(history, 'activityTaskCanceled') === 1 &&
    closing(history) === 'workflowExecutionCanceled',
  'promotion-rejected-promote-model': (history) => actions(history).join() === 'reject',
  'promotion-expired-promote-model': (history) =>
    actions(history).join() === 'expire' && count(history, 'timerFired') === 1,
  'promotion-refused-promote-model': (history) =>
    actions(history).join() === 'refuse' && count(history, 'timerStarted') === 0,
  'promotion-champion-moved-promote-model': (history) =>
    actions(history).join() === 'approve,approve' &&
    scheduledActivities(history).filter(({ type }) => type === 'judgeModel').length === 2,
  'promotion-cancelled-promote-model': (history) =>
    closing(history) === 'workflowExecutionCanceled' && actions(history).length === 0,
};

describe('recordings', () => {
  it('are there of every workflow that workers know', () => {
    const recorded = foundRecordings().map(
      (name) => readRecording(name).events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name,
    );
    expect([...new Set(recorded)].sort()).toEqual(Object.keys(workflows).sort());
  });

  it('says of every recording what it must show', () => {
    expect(Object.keys(SHOWS).sort()).toEqual([...expectedRecordings()].sort());
  });

  it.each(foundRecordings())('%s shows what it is named for', (name) => {
    expect(SHOWS[name]?.(readRecording(name))).toBe(true);
  });

  it.each(foundRecordings())('%s is small and names no machine', (name) => {
    const text = readFileSync(recordingPath(name), 'utf8');
    expect(text.length).toBeLessThan(MAX_BYTES);
    expect(text).not.toContain('stackTrace');
    const identities = new Set(Array.from(text.matchAll(/"identity":"([^"]*)"/g), ([, identity]) => identity));
    expect(['candlewick-test', 'history-service']).toEqual(expect.arrayContaining([...identities]));
    // Payloads are base64: what they say is read too.
    const payloads = Array.from(text.matchAll(/"data":"([^"]*)"/g), ([, data]) =>
      Buffer.from(data!, 'base64').toString(),
    );
    const readable = [text.replaceAll(/"data":"[^"]*"/g, ''), ...payloads].join('\n');
    expect(readable).not.toMatch(/:\/\/|["'\s(]\/[a-z]+\/|node_modules/i);
  });
});

/** What was to be done to aliases, in the order in which it was asked for. */
const actions = (history: History) =>
  scheduledActivities(history).flatMap(({ id, type }) => (type === 'assignModel' ? (id.split('-')[0] ?? '') : []));
const kinds = eventKinds;
const closing = (history: History) => eventKinds(history).at(-1);
const count = (history: History, kind: string) => eventKinds(history).filter((each) => each === kind).length;
const lastFailures = (history: History) =>
  (history.events ?? []).map((event) => event.activityTaskStartedEventAttributes?.lastFailure);
