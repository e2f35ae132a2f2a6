import { fieldsOfSdk } from '../../../shared/runtime/log-fields';

describe('metadata of the SDK under our names', () => {
  it('of an activity', () => {
    const meta = {
      workflowId: 'run/XAG',
      workflowRunId: 'r1',
      activityId: 'train-lstm-XAG-h8-f0',
      activityType: 'train',
      attempt: 2,
      taskToken: 't',
      namespace: 'n',
      isLocal: false,
    };
    expect(fieldsOfSdk(meta)).toEqual({
      workflow: 'run/XAG',
      run: 'run',
      symbol: 'XAG',
      execution: 'r1',
      activity: 'train-lstm-XAG-h8-f0',
      activityType: 'train',
      stage: 'train',
      attempt: 2,
    });
  });

  it('of a workflow: a run, a retry, a batch, a symbol below a retry', () => {
    expect(fieldsOfSdk({ workflowId: 'run', runId: 'r1' })).toEqual({ workflow: 'run', run: 'run', execution: 'r1' });
    expect(fieldsOfSdk({ workflowId: 'run/retry-2' })).not.toHaveProperty('symbol');
    expect(fieldsOfSdk({ workflowId: 'run/batch-3' })).not.toHaveProperty('symbol');
    expect(fieldsOfSdk({ workflowId: 'run/retry-2/XAG' })).toMatchObject({ run: 'run', symbol: 'XAG' });
  });

  it('of the core, which knows of no workflow', () => {
    expect(fieldsOfSdk({ sdkComponent: 'core', runId: 'r1' })).toEqual({ sdkComponent: 'core' });
  });
});
