import {
  ApplicationFailure,
  ChildWorkflowFailure,
  executeChild,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { RetrainControlActivities, RegistryActivities } from '../activities/types';
import type { RegisteredModel, Registration } from '../shared/contracts/promotion';
import type { GateVerdict } from '../shared/contracts/registry';
import type { PromotionOutcome, RetrainOutcome, RetrainPlan, RetrainResult } from '../shared/contracts/retrain';
import type { RunSummary } from '../shared/contracts/run';
import { promotionWorkflowId, retrainRunId } from '../shared/names/ids';
import { STORE_ID_MEMO } from '../shared/names/messages';
import type { RetrainProgress } from '../shared/names/messages';
import { keywordAttribute, scheduledStartMs } from './attributes';
import { failureOf } from './failure';
import { isoOf } from './iso';
import { retrainProgressQuery } from './messages';
import {
  CHILD_WORKFLOW,
  CONTROL_ACTIVITY,
  MODELS_AT_ONCE,
  PROMOTION_CHILD,
  REGISTER_ACTIVITY,
  SYMBOLS_PER_REGISTRATION,
} from './presets';
import type { promoteModel } from './promote-model';
import type { Challenge } from './promotion';
import { assign, groundsOf, judgeAndSettle } from './promotion';
import { listed, outcomeLine, unregisteredLine } from './retrain-outcomes';
import { storeIdOfStarter } from './store-id';
import type { trainUniverse } from './train-universe';

const control = proxyActivities<RetrainControlActivities & Pick<RegistryActivities, 'registerModels'>>(
  CONTROL_ACTIVITY,
);

/**
 * A retrain of every symbol as of a day, and the promotion of the models that are no worse than their champions. Its one
 * optional input is the retrain's settings: nothing, `{}`, `{"set": "daily", "config": {"preset": "standard"}}`. What a
 * schedule starts trains as of the schedule's instant. Fails, after the run's report and with nothing promoted, when fewer
 * symbols succeeded than the quorum asks for: a schedule that pauses on failure stops then.
 */
export async function dailyRetrain(input?: Record<string, unknown>): Promise<RetrainResult> {
  return new Retrain(input).run();
}

class Retrain {
  private phase: RetrainProgress['phase'] = 'preparing';
  private plan: RetrainPlan | null = null;
  private readonly outcomes: RetrainOutcome[] = [];
  private readonly workflowId = workflowInfo().workflowId;
  private readonly runId = retrainRunId(workflowInfo().workflowId);
  private readonly startedAtMs = Date.now();

  constructor(private readonly input: Record<string, unknown> | undefined) {
    setHandler(retrainProgressQuery, () => this.progress(), {
      description: 'phase, day, and what became of each model',
    });
  }

  async run(): Promise<RetrainResult> {
    upsertSearchAttributes([keywordAttribute('RunKind', 'retrain')]);
    const plan = await control.prepareRetrain.executeWithOptions(
      { ...CONTROL_ACTIVITY, activityId: 'prepare', summary: 'validate the settings and fix the day' },
      [
        {
          storeId: storeIdOfStarter(),
          input: this.input,
          scheduledMs: scheduledStartMs(),
          startedAtMs: this.startedAtMs,
        },
      ],
    );
    this.plan = plan;
    this.enter('training');
    const run = await this.train(plan);
    this.enter('judging');
    await this.promoteAll(plan, await this.register(plan, run.symbols));
    this.enter('closed');
    return { set: plan.set, asOf: isoOf(plan.asOfMs), run, ...listed(this.outcomes) };
  }

  /** The run of the day. One that missed its quorum has its report, and is passed on only where that is asked for. */
  private async train(plan: RetrainPlan): Promise<RunSummary> {
    try {
      return await executeChild<typeof trainUniverse>('trainUniverse', {
        ...CHILD_WORKFLOW,
        workflowId: this.runId,
        args: [plan.config, { lateData: plan.lateData }],
        memo: { [STORE_ID_MEMO]: plan.storeId },
        staticSummary: `${plan.set} as of ${isoOf(plan.asOfMs)}`,
      });
    } catch (error) {
      if (isCancellation(error)) throw error;
      const summary = missedQuorum(error);
      if (summary !== null && plan.promoteBelowQuorum) return summary;
      return this.fail(plan, error, summary);
    }
  }

  private async fail(plan: RetrainPlan, error: unknown, summary: RunSummary | null): Promise<never> {
    const { code, message } = failureOf(error, null);
    upsertSearchAttributes([keywordAttribute('FailureCode', code)]);
    await control.recordRetrain.executeWithOptions(
      { ...CONTROL_ACTIVITY, activityId: 'record-refusal', summary: 'enter in the audit log that nothing is promoted' },
      [{ storeId: plan.storeId, set: plan.set, workflowId: this.workflowId, asOfMs: plan.asOfMs, why: message, code }],
    );
    throw ApplicationFailure.create({
      type: code,
      message: `nothing is promoted: ${message}`,
      nonRetryable: true,
      details: summary === null ? [] : [summary],
    });
  }

  /** The models of so many symbols, a part of them at a time. What cannot be registered fails alone. */
  private async register(plan: RetrainPlan, symbols: number): Promise<readonly RegisteredModel[]> {
    const registered: RegisteredModel[] = [];
    for (let from = 0; from < symbols; from += SYMBOLS_PER_REGISTRATION) {
      for (const entry of await this.registerPart(plan, from)) {
        if ('failure' in entry) this.outcomes.push(unregisteredLine(entry.model, entry.failure));
        else registered.push(entry);
      }
      this.show();
    }
    return registered;
  }

  private registerPart({ set, asOfMs, gate, storeId }: RetrainPlan, from: number): Promise<readonly Registration[]> {
    const to = from + SYMBOLS_PER_REGISTRATION;
    const options = {
      ...REGISTER_ACTIVITY,
      activityId: from === 0 ? 'register' : `register-${String(from)}`,
      summary: 'a version for the best model of each symbol and horizon',
    };
    return control.registerModels.executeWithOptions(options, [
      { runId: this.runId, set, asOfMs, gate, storeId, part: { from, to } },
    ]);
  }

  /** A few models at a time: hundreds of judgements at once would only queue up, and swell the history's pending part. */
  private async promoteAll(plan: RetrainPlan, registered: readonly RegisteredModel[]): Promise<void> {
    const waiting = [...registered];
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        this.outcomes.push(outcomeLine(await this.promote(plan, next)));
        this.show();
      }
    };
    // Every lane ends before the retrain does, also when it is cancelled: an assignment may be under way.
    const ended = await Promise.allSettled(Array.from({ length: MODELS_AT_ONCE }, lane));
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  }

  /** What cannot be judged or entered is told as such, and is no failure of the other models. */
  private async promote(plan: RetrainPlan, { model, version, champion }: RegisteredModel): Promise<PromotionOutcome> {
    const who = `retrain ${this.workflowId}`;
    const ifPassed = (challenge: Challenge, verdict: GateVerdict | null): Promise<PromotionOutcome> =>
      plan.promotion === 'approval' ? this.ask(plan, challenge, verdict) : this.crown(plan, challenge, verdict, who);
    try {
      return await judgeAndSettle({ model, version, champion }, plan, who, ifPassed);
    } catch (error) {
      if (isCancellation(error)) throw error;
      const { code, message } = failureOf(error, null);
      upsertSearchAttributes([keywordAttribute('FailureCode', code)]);
      return { model, version, outcome: 'failed', reason: `${code}: ${message}`, verdict: null };
    }
  }

  private async crown(
    plan: RetrainPlan,
    challenge: Challenge,
    verdict: GateVerdict | null,
    who: string,
  ): Promise<PromotionOutcome> {
    const { model, version, champion } = challenge;
    const why = groundsOf(verdict);
    await assign(challenge, plan, { action: champion === null ? 'first' : 'promote', who, why, verdict });
    return { model, version, outcome: champion === null ? 'first' : 'promoted', reason: why, verdict };
  }

  /** Leaves the question with a workflow of its own, so that the next day's retrain need not wait for an answer. */
  private async ask(plan: RetrainPlan, challenge: Challenge, verdict: GateVerdict | null): Promise<PromotionOutcome> {
    const { model, version } = challenge;
    const workflowId = promotionWorkflowId(model, version);
    const { gate, approvalHours, storeId } = plan;
    try {
      await startChild<typeof promoteModel>('promoteModel', {
        ...PROMOTION_CHILD,
        workflowId,
        args: [{ ...challenge, verdict, gate, approvalHours }],
        memo: { [STORE_ID_MEMO]: storeId },
        staticSummary: `${model} v${String(version)}: approve or reject`,
      });
    } catch (error) {
      // Asked already, by an execution of this retrain that was reset.
      if (!(error instanceof Error) || error.name !== 'WorkflowExecutionAlreadyStartedError') throw error;
    }
    const reason = `${workflowId} waits ${String(approvalHours)} hours for approval`;
    return { model, version, outcome: 'awaiting', reason, verdict };
  }

  private progress(): RetrainProgress {
    const { phase, plan, runId } = this;
    const { outcomes, leftOut } = listed(this.outcomes);
    const lines = outcomes.map(({ model, version, outcome, reason }) => ({ model, version, outcome, reason }));
    const rest = leftOut === 0 ? {} : { leftOut };
    return { phase, asOf: plan === null ? null : isoOf(plan.asOfMs), runId, outcomes: lines, ...rest };
  }

  private enter(phase: RetrainProgress['phase']): void {
    this.phase = phase;
    this.show();
  }

  /** A small Markdown table for the UI, at most fifty models. */
  private show(): void {
    const { phase, asOf, runId, outcomes } = this.progress();
    const rows = outcomes
      .slice(-50)
      .map(
        ({ model, version, outcome, reason }) =>
          `| ${model} | ${version === null ? '–' : `v${String(version)}`} | ${outcome} | ${reason} |`,
      );
    const head = `**${phase}** as of ${asOf ?? '–'}; run \`${runId}\``;
    setCurrentDetails(
      [head, '', '| model | version | outcome | reason |', '| --- | --- | --- | --- |', ...rows].join('\n'),
    );
  }
}

/** The summary of a run whose only failure is its quorum. */
function missedQuorum(error: unknown): RunSummary | null {
  const cause = error instanceof ChildWorkflowFailure ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure) || cause.type !== 'QuorumMissed') return null;
  const [summary] = cause.details ?? [];
  return typeof summary === 'object' && summary !== null && 'report' in summary ? (summary as RunSummary) : null;
}
