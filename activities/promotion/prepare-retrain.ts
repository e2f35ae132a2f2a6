import { resolveRetrain } from '../../shared/contracts/resolve-retrain';
import type { PrepareRetrainInput, RetrainPlan } from '../../shared/contracts/retrain';
import { invalidConfig } from '../support/config-fault';
import { assertSameStore } from '../support/same-store';

/**
 * The first activity of a retrain: checks the input with every fault at once, and fixes the day to train as of, which is
 * the schedule's where a schedule started it, so that a late start and a backfill train as of their day.
 */
export function prepareRetrain(
  { input, storeId, scheduledMs, startedAtMs }: PrepareRetrainInput,
  deps: { readonly storeId: string },
): RetrainPlan {
  if (storeId !== null) assertSameStore(storeId, deps.storeId);
  const resolved = resolveRetrain(input);
  if (!resolved.ok) throw invalidConfig(resolved.faults);
  const { asOf, ...rest } = resolved.retrain;
  const asOfMs = scheduledMs ?? (asOf === null ? startedAtMs : Date.parse(asOf));
  const config = { ...rest.config, asOf: new Date(asOfMs).toISOString() };
  return { ...rest, config, storeId: deps.storeId, asOfMs };
}
