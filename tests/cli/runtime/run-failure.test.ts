import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure } from '@temporalio/common';
import { isErrorNamed, runFailureOf } from '../../../cli/run-failure';

const closedBy = (cause: Error): WorkflowFailedError =>
  new WorkflowFailedError('Workflow execution failed', cause, 'NON_RETRYABLE_FAILURE');

describe('what closed a run', () => {
  it.each([
    [
      'a failure with its code',
      ApplicationFailure.nonRetryable('one fault', 'InvalidConfig'),
      'InvalidConfig',
      'one fault',
    ],
    [
      'a cancellation',
      new CancelledFailure('Workflow canceled'),
      'Cancelled',
      'it was cancelled; what was done is saved',
    ],
    [
      'a termination',
      new TerminatedFailure('by hand'),
      'Cancelled',
      'it was terminated (by hand); what was done is saved',
    ],
    ['anything else', new Error('odd'), 'Unexpected', 'odd'],
  ])('%s', (_what, cause, code, message) => {
    expect(runFailureOf(closedBy(cause))).toEqual({ code, message });
  });

  it('is told by name, so that a lost connection is not taken for it', () => {
    expect(isErrorNamed(closedBy(new Error('x')), 'WorkflowFailedError')).toBe(true);
    expect(isErrorNamed(new Error('14 UNAVAILABLE'), 'WorkflowFailedError')).toBe(false);
  });
});
