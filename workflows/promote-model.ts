import {
  allHandlersFinished,
  condition,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  setWorkflowOptions,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { RetrainControlActivities } from '../activities/types';
import type { GateVerdict } from '../shared/contracts/registry';
import type { PromotionOutcome, PromotionPlan } from '../shared/contracts/retrain';
import type { PromotionDecision, PromotionState } from '../shared/names/messages';
import { keywordAttribute } from './attributes';
import { isoOf } from './iso';
import { approveUpdate, promotionStateQuery, refuseIf, rejectUpdate } from './messages';
import { CONTROL_ACTIVITY } from './presets';
import { assign, groundsOf, judgeAndSettle } from './promotion';
import { storeIdOfStarter } from './store-id';

const control = proxyActivities<Pick<RetrainControlActivities, 'preparePromotion'>>(CONTROL_ACTIVITY);

const HOUR_MS = 3_600_000;

/**
 * Asks a person whether a version of a model becomes its champion: `{"model": "daily/XAG-h20", "version": 3}`. Judges it first
 * unless the verdict is given; what the gate refuses nobody is asked about. Waits for the updates `approve` and `reject`, each
 * with who and why; without an answer in time the challenger stays what it is.
 */
export async function promoteModel(input?: Record<string, unknown>): Promise<PromotionOutcome> {
  return new Promotion(input).run();
}

// It waits for days: pinned, it would keep a whole release's workers up for one answer. So it goes on with the next release,
// whose replay it passes (tests/replay). A server refuses the tasks of a worker without versions that names a behaviour.
setWorkflowOptions(() => (isOnVersionedWorker() ? { versioningBehavior: 'AUTO_UPGRADE' } : {}), promoteModel);

function isOnVersionedWorker(): boolean {
  return (workflowInfo().currentDeploymentVersion?.deploymentName ?? '') !== '';
}

type Decision = PromotionDecision & { readonly kind: 'approve' | 'reject' };

class Promotion {
  private state: PromotionState['state'] = 'preparing';
  private plan: PromotionPlan | null = null;
  private champion: number | null = null;
  private verdict: GateVerdict | null = null;
  private untilMs: number | null = null;
  private decision: Decision | null = null;
  private outcome: PromotionOutcome | null = null;
  private isOver = false;

  constructor(private readonly input: Record<string, unknown> | undefined) {
    this.listen();
  }

  async run(): Promise<PromotionOutcome> {
    upsertSearchAttributes([keywordAttribute('RunKind', 'promote')]);
    try {
      const plan = await control.preparePromotion.executeWithOptions(
        { ...CONTROL_ACTIVITY, activityId: 'prepare', summary: 'validate, and look up the champion' },
        [{ storeId: storeIdOfStarter(), input: this.input }],
      );
      this.plan = plan;
      const outcome = await this.settle(plan);
      this.outcome = outcome;
      this.enter('closed');
      return outcome;
    } finally {
      // Whoever decided is answered before the workflow closes, also where it fails.
      this.isOver = true;
      await condition(allHandlersFinished);
    }
  }

  private async settle(plan: PromotionPlan): Promise<PromotionOutcome> {
    const { model, version, champion } = plan;
    return judgeAndSettle(
      { model, version, champion },
      plan,
      'promotion gate',
      async (challenge, verdict) => {
        this.champion = challenge.champion;
        this.verdict = verdict;
        // An approval stands, also where another champion came between and the challenger had to be judged again.
        const decision = this.decision ?? (await this.ask(plan));
        this.enter('deciding');
        if (decision === null) {
          const why = `nobody answered within ${String(plan.approvalHours)} hours`;
          await assign(challenge, plan, { action: 'expire', who: 'promotion timer', why, verdict });
          return { model, version, outcome: 'expired', reason: why, verdict };
        }
        const { kind, who, why } = decision;
        await assign(challenge, plan, { action: kind, who, why, verdict });
        const outcome = kind === 'approve' ? 'approved' : 'rejected';
        return { model, version, outcome, reason: `${outcome} by ${who}: ${why}; ${groundsOf(verdict)}`, verdict };
      },
      plan.verdict,
    );
  }

  /** Waits, for days if need be; null: nobody answered. */
  private async ask(plan: PromotionPlan): Promise<Decision | null> {
    const waitMs = Math.max(1, Math.round(plan.approvalHours * HOUR_MS));
    this.untilMs ??= Date.now() + waitMs;
    this.enter('waiting');
    const leftMs = Math.max(1, this.untilMs - Date.now());
    await condition(() => this.decision !== null, leftMs, { summary: 'until the question expires' });
    return this.decision;
  }

  private decide(kind: Decision['kind'], { who, why }: PromotionDecision): Promise<string> {
    this.decision = { kind, who: who.trim(), why: why.trim() };
    return this.answer();
  }

  /** What became of it, once it is entered. */
  private async answer(): Promise<string> {
    await condition(() => this.isOver);
    if (this.outcome === null) return 'it could not be entered: see why the workflow failed';
    const { model, version, outcome, reason } = this.outcome;
    return `${model} v${String(version)} ${outcome}: ${reason}`;
  }

  private progress(): PromotionState {
    return {
      state: this.state,
      model: this.plan?.model ?? null,
      version: this.plan?.version ?? null,
      champion: this.champion,
      untilMs: this.untilMs,
      checks: (this.verdict?.checks ?? []).map(({ name, passed, sentence }) => ({ name, passed, sentence })),
      outcome: this.outcome?.outcome ?? null,
    };
  }

  private enter(state: PromotionState['state']): void {
    this.state = state;
    const { model, version, champion, untilMs, checks, outcome } = this.progress();
    const until = state === 'waiting' && untilMs !== null ? ` until ${isoOf(untilMs)}` : '';
    const against = champion === null ? 'no champion yet' : `champion v${String(champion)}`;
    const rows = checks.map(({ name, passed, sentence }) => `| ${name} | ${passed ? 'yes' : '**no**'} | ${sentence} |`);
    setCurrentDetails(
      [
        `**${outcome ?? state}**${until}: ${model ?? ''} v${String(version ?? '')} against ${against}`,
        '',
        '| check | passed | |',
        '| --- | --- | --- |',
        ...rows,
      ].join('\n'),
    );
  }

  private listen(): void {
    setHandler(promotionStateQuery, () => this.progress(), {
      description: 'what is asked, until when, and the verdict',
    });
    const validator = (decision?: Partial<PromotionDecision>): void => {
      const given = decision ?? {};
      refuseIf(this.decision !== null, 'it was decided already');
      refuseIf(this.state === 'deciding' || this.state === 'closed', 'the time to decide is over');
      refuseIf(!isText(given.who) || !isText(given.why), 'expected {"who": "…", "why": "…"}, both not empty');
    };
    setHandler(approveUpdate, (decision) => this.decide('approve', decision), {
      description: '{"who", "why"}: the version becomes the champion',
      validator,
    });
    setHandler(rejectUpdate, (decision) => this.decide('reject', decision), {
      description: '{"who", "why"}: the champion stays',
      validator,
    });
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
