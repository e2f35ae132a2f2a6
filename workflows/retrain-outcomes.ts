import type { PromotionOutcome, RetrainOutcome, RetrainResult } from '../shared/contracts/retrain';
import { MAX_OUTCOMES_LISTED } from './presets';

const MAX_REASON_CHARACTERS = 200;

/** What somebody has to look at first; what went as hoped last. */
const URGENCY: Readonly<Record<PromotionOutcome['outcome'], number>> = {
  failed: 0,
  awaiting: 1,
  refused: 2,
  rejected: 2,
  expired: 2,
  first: 3,
  promoted: 3,
  approved: 3,
};

/** A line of the retrain's answer. */
export function outcomeLine({ model, version, outcome, reason, verdict }: PromotionOutcome): RetrainOutcome {
  return { model, version, outcome, reason: shortened(reason), evidence: verdict?.evidence?.uri ?? null };
}

/** A model that has no version to promote. */
export function unregisteredLine(model: string, { code, message }: { code: string; message: string }): RetrainOutcome {
  const reason = shortened(`not registered: ${code}: ${message}`);
  return { model, version: null, outcome: 'failed', reason, evidence: null };
}

/** By name, at most so many that an answer holds them; the counts are of all. */
export function listed(all: readonly RetrainOutcome[]): Pick<RetrainResult, 'counts' | 'outcomes' | 'leftOut'> {
  const counts: Partial<Record<PromotionOutcome['outcome'], number>> = {};
  for (const { outcome } of all) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const kept = [...all]
    .sort((a, b) => URGENCY[a.outcome] - URGENCY[b.outcome] || byName(a, b))
    .slice(0, MAX_OUTCOMES_LISTED);
  return { counts, outcomes: kept.sort(byName), leftOut: all.length - kept.length };
}

function byName(a: RetrainOutcome, b: RetrainOutcome): number {
  return a.model < b.model ? -1 : a.model > b.model ? 1 : 0;
}

function shortened(reason: string): string {
  return reason.length <= MAX_REASON_CHARACTERS ? reason : `${reason.slice(0, MAX_REASON_CHARACTERS - 1)}…`;
}
