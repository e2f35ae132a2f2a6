import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import type { StepDown } from '../shared/names/rungs';

/**
 * What a failed fit's activity decided to be done next: go on one rung lower, or nothing (null). The decision is the
 * activity's, which knows the cause; the workflow only carries it out, so that every rung is seen in the history.
 */
export function nextStepDown(error: unknown): StepDown | null {
  if (!(error instanceof ActivityFailure) || !(error.cause instanceof ApplicationFailure)) return null;
  const [first] = error.cause.details ?? [];
  return isStepDown(first) ? first.stepDown : null;
}

function isStepDown(value: unknown): value is { readonly stepDown: StepDown } {
  return typeof value === 'object' && value !== null && 'stepDown' in value && typeof value.stepDown === 'object';
}
