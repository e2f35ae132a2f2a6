import { ActivityFailure, ApplicationFailure, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { JudgeActivities, RegistryActivities, RetrainControlActivities } from '../activities/types';
import type { AssignModelInput } from '../shared/contracts/promotion';
import type { GateVerdict } from '../shared/contracts/registry';
import type { PromotionOutcome, RetrainInput } from '../shared/contracts/retrain';
import { CONTROL_ACTIVITY, JUDGE_ACTIVITY, MAX_JUDGEMENTS } from './presets';

const judging = proxyActivities<JudgeActivities>(JUDGE_ACTIVITY);
const registry = proxyActivities<
  Pick<RegistryActivities, 'assignModel'> & Pick<RetrainControlActivities, 'lookUpChampion'>
>(CONTROL_ACTIVITY);

/** A challenger, and the champion that it is measured against; null where the model has none yet. */
export interface Challenge {
  readonly model: string;
  readonly version: number;
  readonly champion: number | null;
}

export interface PromotionRules {
  readonly gate: RetrainInput['gate'];
  readonly storeId: string;
}

/** What is done once the gate has let a challenger through. Throws ChampionMoved where the aliases changed meanwhile. */
type IfPassed = (challenge: Challenge, verdict: GateVerdict | null) => Promise<PromotionOutcome>;

/**
 * Judges a challenger and lets `ifPassed` act on it; refused, that is entered with the checks that failed. Another retrain
 * may promote a model of its own in between: then the challenger is judged again, against the new champion, a few times.
 */
export async function judgeAndSettle(
  first: Challenge,
  rules: PromotionRules,
  who: string,
  ifPassed: IfPassed,
  known: GateVerdict | null = null,
): Promise<PromotionOutcome> {
  let challenge = first;
  let verdict = known;
  for (let judgement = 1; judgement <= MAX_JUDGEMENTS; judgement += 1) {
    if (challenge.champion === first.version) return standsAlready(first);
    try {
      verdict ??= await judge(challenge, rules, judgement);
      if (verdict === null || verdict.passed) return await ifPassed(challenge, verdict);
      return await refuse(challenge, rules, who, verdict);
    } catch (error) {
      if (!hasMoved(error)) throw error;
      challenge = { ...first, champion: await standingChampion(first.model, rules) };
      verdict = null;
    }
  }
  const reason = `the champion changed ${String(MAX_JUDGEMENTS)} times while it was judged; aliases stay as they are`;
  return { model: first.model, version: first.version, outcome: 'failed', reason, verdict: null };
}

/** Of a retrain that was reset after it had promoted. */
function standsAlready({ model, version }: Challenge): PromotionOutcome {
  return { model, version, outcome: 'promoted', reason: 'it is the champion already', verdict: null };
}

function judge(
  { model, version, champion }: Challenge,
  { gate, storeId }: PromotionRules,
  judgement: number,
): Promise<GateVerdict | null> {
  if (champion === null) return Promise.resolve(null);
  const again = judgement === 1 ? '' : `-${String(judgement)}`;
  const options = {
    ...JUDGE_ACTIVITY,
    activityId: `judge-${model}-v${String(version)}${again}`,
    summary: `${model} v${String(version)} against champion v${String(champion)}`,
  };
  return judging.judgeModel.executeWithOptions(options, [{ model, version, champion, gate, storeId }]);
}

async function refuse(
  challenge: Challenge,
  rules: PromotionRules,
  who: string,
  verdict: GateVerdict,
): Promise<PromotionOutcome> {
  const reason = refusalOf(verdict);
  await assign(challenge, rules, { action: 'refuse', who, why: reason, verdict });
  return { model: challenge.model, version: challenge.version, outcome: 'refused', reason, verdict };
}

/** The sentences of the checks that failed. */
function refusalOf({ checks }: GateVerdict): string {
  return checks
    .filter(({ passed }) => !passed)
    .map(({ sentence }) => sentence)
    .join('; ');
}

/** The sentences of a verdict that passed, or what stands for it where there was no champion. */
export function groundsOf(verdict: GateVerdict | null): string {
  if (verdict === null) return 'there was no champion to compare with';
  return verdict.checks.map(({ sentence }) => sentence).join('; ');
}

/** Changes the aliases, if the champion is still the one of the challenge. */
export async function assign(
  { model, version, champion }: Challenge,
  { storeId }: PromotionRules,
  change: Pick<AssignModelInput, 'action' | 'who' | 'why' | 'verdict'>,
): Promise<void> {
  const against = champion === null ? 'first' : `v${String(champion)}`;
  const options = {
    ...CONTROL_ACTIVITY,
    activityId: `${change.action}-${model}-v${String(version)}-${against}`,
    summary: `${change.action} ${model} v${String(version)}`,
  };
  await registry.assignModel.executeWithOptions(options, [{ model, version, champion, storeId, ...change }]);
}

/** Whether an assignment failed because another champion stands than the one that the challenger was measured against. */
function hasMoved(error: unknown): boolean {
  if (isCancellation(error) || !(error instanceof ActivityFailure)) return false;
  return error.cause instanceof ApplicationFailure && error.cause.type === 'ChampionMoved';
}

function standingChampion(model: string, { storeId }: PromotionRules): Promise<number | null> {
  const options = { ...CONTROL_ACTIVITY, summary: `who is the champion of ${model} now` };
  return registry.lookUpChampion.executeWithOptions(options, [{ model, storeId }]);
}
