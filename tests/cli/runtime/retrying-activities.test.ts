import { createRetryNews, retryingActivity, type RetryingActivity } from '../../../cli/retrying-activities';

const crashed: RetryingActivity = {
  workflowId: 'r/XAG',
  activityId: 'train-lightgbm-XAG-h20-f3',
  attempt: 2,
  code: 'TrainerCrashed',
  message: 'killed by SIGSEGV\nlast words',
};

describe('activities that are tried again', () => {
  it('are read from what the server says is pending', () => {
    const lastFailure = {
      message: 'killed by SIGSEGV\nlast words',
      applicationFailureInfo: { type: 'TrainerCrashed' },
    };
    const { workflowId, activityId, attempt } = crashed;
    expect(retryingActivity(workflowId, { activityId, attempt, lastFailure })).toEqual(crashed);
    expect(retryingActivity(workflowId, { activityId, attempt: 1, lastFailure: null })).toBeNull();
  });

  it('whose worker was lost say so', () => {
    const lastFailure = { message: 'activity Heartbeat timeout', timeoutFailureInfo: { timeoutType: 4 } };
    expect(retryingActivity('r/XAG', { activityId: 'train', attempt: 2, lastFailure })).toMatchObject({
      code: 'WorkerLost',
      message: 'its worker gave no more signs of life',
    });
  });

  it('are told once for each activity and code, under the symbol and with the attempt that failed', () => {
    const newsOf = createRetryNews();
    expect(newsOf([crashed])).toEqual([
      'XAG: train-lightgbm-XAG-h20-f3 failed (attempt 1) with TrainerCrashed: killed by SIGSEGV; it is tried again',
    ]);
    expect(newsOf([{ ...crashed, attempt: 3 }])).toEqual([]);
    expect(newsOf([{ ...crashed, attempt: 4, code: 'StoreUnavailable' }])).toHaveLength(1);
    expect(newsOf([{ ...crashed, activityId: 'other' }])).toHaveLength(1);
  });
});
