import { defaultPayloadConverter } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils';
import { rungsOf, rungsOfRecord } from '../../cli/climbed-activities';
import { fakeRunRecord } from '../support/run-record';

function scheduled(activityId: string, summary: string): NonNullable<History['events']>[number] {
  return {
    activityTaskScheduledEventAttributes: { activityId },
    userMetadata: { summary: defaultPayloadConverter.toPayload(summary) },
  };
}

describe('the rungs of a training', () => {
  const history: History = {
    events: [
      scheduled('train-gru-XAG-h20+60-f0', 'XAG train gru-h20+60-f0'),
      scheduled('train-gru-XAG-h20+60-f0-rung1', 'XAG train gru-h20+60-f0 · rung 1: out of memory at step 40'),
      scheduled('train-gru-XAG-h20+60-f1-rung1', 'XAG train gru-h20+60-f1 · rung 1: of another fold'),
      scheduled('train-gru-XAG-h20+60-f0-rung2', 'XAG train gru-h20+60-f0 · rung 2: out of memory at step 60'),
      // After a pause the same rung is scheduled once more.
      scheduled('train-gru-XAG-h20+60-f0-rung2', 'XAG train gru-h20+60-f0 · rung 2: out of memory at step 60'),
    ],
  };

  it('are read from the summaries of its activities, each once, oldest first', () => {
    expect(rungsOf(history, 'train-gru-XAG-h20+60-f0-rung2')).toEqual([
      'rung 1: out of memory at step 40',
      'rung 2: out of memory at step 60',
    ]);
  });

  it('are numbered at least where no summary was kept', () => {
    const bare = { events: [{ activityTaskScheduledEventAttributes: { activityId: 'train-a-rung1' } }] };
    expect(rungsOf(bare, 'train-a-rung1')).toEqual(['rung 1']);
  });

  it('are told of a run that is done, once for each fit', () => {
    const told = rungsOfRecord(fakeRunRecord({ symbols: 2, folds: 2, nets: ['mlp', 'gru'], withRungs: true }));
    expect(told.map((text) => text.split('\n')[0])).toEqual([
      'EURUSD  mlp f0 was trained on a lower rung',
      'GBPUSD  mlp f0 was trained on a lower rung',
    ]);
    expect(told[0]).toMatch(/\n {2}rung 1: out of memory at step 142 .*\n {2}rung 2: the loss was no finite number/);
    expect(rungsOfRecord(fakeRunRecord({ symbols: 1, nets: ['mlp'] }))).toEqual([]);
    expect(rungsOfRecord(null)).toEqual([]);
  });
});
