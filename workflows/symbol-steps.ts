import {
  CancellationScope,
  condition,
  isCancellation,
  setCurrentDetails,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { ActivityOptions } from '@temporalio/workflow';
import type { TrainSymbolInput } from '../shared/contracts/run';
import type { StageOutcome, SymbolScope } from '../shared/contracts/stages';
import { stageActivityId } from '../shared/names/ids';
import type { StepNote } from '../shared/names/messages';
import type { StageName } from '../shared/names/stages';
import { stageIndex } from '../shared/names/stages';
import { keywordAttribute } from './attributes';
import { failureOf } from './failure';
import { stageActivity } from './presets';
import type { SymbolState } from './symbol-state';

/** The server refuses a summary beyond 400 bytes. */
const MAX_SUMMARY = 200;

/** The steps of one symbol: how an activity is begun, shown, stopped by a pause, and entered in the state. */
export class SymbolSteps {
  /** The last stage that any step has begun, as the search attribute says. */
  private reached: StageName | null = null;

  /** Running steps that a pause may stop. */
  private readonly stoppable = new Set<CancellationScope>();

  constructor(
    private readonly input: TrainSymbolInput,
    private readonly state: SymbolState,
  ) {}

  /** A stage that runs once a symbol. */
  once(stage: StageName, call: (options: ActivityOptions) => Promise<StageOutcome>): Promise<StageOutcome> {
    return this.run(stage, '', call);
  }

  /** One activity: waits while paused, then runs under a readable id, and is entered in the state whatever becomes of it. */
  async run(
    stage: StageName,
    part: string,
    call: (options: ActivityOptions) => Promise<StageOutcome>,
    preset: ActivityOptions & { readonly note?: string } = {
      ...stageActivity(this.input.limits),
      activityId: stageActivityId(stage, this.input.symbol, part),
    },
  ): Promise<StageOutcome> {
    if (this.state.paused) await condition(() => !this.state.paused);
    const step = part === '' ? stage : `${stage} ${part}`;
    const { note, ...options } = preset;
    this.state.started(step, stage, note ?? null);
    this.reach(stage);
    this.show();
    try {
      const summary = `${this.input.symbol} ${step}${note === undefined ? '' : ` · ${note}`}`.slice(0, MAX_SUMMARY);
      const outcome = await call({ ...options, summary });
      this.state.finished(step, outcome);
      return outcome;
    } catch (error) {
      if (isCancellation(error)) this.state.stepStopped(step, stage, error);
      else this.state.stepFailed(step, stage, error, failureOf(error, stage).code);
      throw error;
    } finally {
      this.show();
    }
  }

  /** A pause stops the attempt with a checkpoint instead of waiting for its end; it is started again after the pause. */
  async stoppingOnPause<T>(attempt: () => Promise<T>): Promise<T> {
    for (;;) {
      const scope = new CancellationScope();
      this.stoppable.add(scope);
      try {
        return await scope.run(attempt);
      } catch (error) {
        const isCancelled = CancellationScope.current().consideredCancelled;
        if (!isCancellation(error) || isCancelled || !scope.consideredCancelled) throw error;
      } finally {
        this.stoppable.delete(scope);
      }
    }
  }

  /** What every stage is given. */
  scope(stage: StageName): SymbolScope {
    const { runId, symbol, config, storeId, asOfMs, from } = this.input;
    return {
      runId,
      symbol,
      config,
      storeId,
      asOfMs,
      mustBeCached: from !== null && stageIndex(stage) < stageIndex(from),
    };
  }

  /** What a running step says of itself. */
  heed({ step, note }: StepNote): void {
    this.state.noteOn(step, note);
    this.show();
  }

  /** No step begins while paused; those that can stop are stopped. */
  setPaused(paused: boolean): void {
    this.state.paused = paused;
    if (paused) for (const scope of this.stoppable) scope.cancel();
    this.show();
  }

  /** Shows the state in the UI. */
  show(): void {
    setCurrentDetails(this.state.details());
  }

  private reach(stage: StageName): void {
    if (this.reached !== null && stageIndex(stage) <= stageIndex(this.reached)) return;
    this.reached = stage;
    upsertSearchAttributes([keywordAttribute('Stage', stage)]);
  }
}
