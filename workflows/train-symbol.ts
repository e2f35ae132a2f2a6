import {
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { ControlActivities, StageActivities } from '../activities/types';
import type { SymbolResult, TrainSymbolInput } from '../shared/contracts/run';
import type { ArtifactRef } from '../shared/contracts/artifact';
import type { CrossBars, DiagnoseInput, FitTask, SelectInput, StageOutcome } from '../shared/contracts/stages';
import { fitPart, modelPart, predictionsOutput, stageActivityId, trainActivityId } from '../shared/names/ids';
import type { Rung } from '../shared/names/rungs';
import type { StageName } from '../shared/names/stages';
import { STAGE_NAMES } from '../shared/names/stages';
import { doubleAttribute, keywordAttribute } from './attributes';
import { crossBars } from './cross-bars';
import { failureOf } from './failure';
import { nextStepDown } from './ladder';
import { fittedOf, output, seenOf } from './outcome';
import {
  pauseUpdate,
  retryFailedUpdate,
  setPausedSignal,
  stepNoteSignal,
  symbolProgressQuery,
  unpauseUpdate,
  refuseIf,
} from './messages';
import { CONTROL_ACTIVITY, ingestActivity, stageActivity } from './presets';
import { SymbolState } from './symbol-state';
import { SymbolSteps } from './symbol-steps';
import type { BoardTask } from './task-board';
import { TaskBoard } from './task-board';

/** Every call brings the limits of its run. */
const stages = proxyActivities<StageActivities>({ startToCloseTimeout: '1 minute' });
const control = proxyActivities<ControlActivities>(CONTROL_ACTIVITY);

/** One family on one horizon: what calibrators, evaluations and bundles are made of. */
interface Model {
  readonly family: FitTask['family'];
  readonly horizonBars: number;
}

/** A fit that is done. */
interface DoneFit {
  readonly task: FitTask;
  readonly outcome: StageOutcome;
}

/** What every fit of a symbol is given. */
interface FitInputs {
  readonly features: ArtifactRef;
  readonly selection?: ArtifactRef;
  readonly timeframeMs: number;
  readonly labelled: StageOutcome;
  readonly folds: ArtifactRef;
  readonly seen?: ArtifactRef;
  readonly fitted?: ArtifactRef;
  readonly bars: ArtifactRef;
  readonly barriers?: ArtifactRef;
}

/** Stages that run once for every symbol, before the fits. */
const SINGLE_STAGES = 5;
/** Stages after the fits, once for each family and horizon. */
const MODEL_STAGES: readonly StageName[] = ['calibrate', 'evaluate', 'bundle'];

/**
 * Carries one symbol from bars to bundles. Fails, after its record is written, with the code of what went wrong; every
 * step that was done stays in the store and is not computed again.
 */
export async function trainSymbol(input?: TrainSymbolInput): Promise<SymbolResult> {
  if (input?.config === undefined) {
    throw ApplicationFailure.nonRetryable(
      'trainSymbol is started by trainUniverse. To run one symbol, start trainUniverse with {"symbols": ["NAME"]}.',
      'InvalidConfig',
    );
  }
  return new SymbolRun(input).run();
}

class SymbolRun {
  private readonly state: SymbolState;
  private readonly steps: SymbolSteps;
  /** What runs side by side at the moment: fits, then families. */
  private board: Pick<TaskBoard<unknown>, 'failedIds' | 'retryFailed'> | null = null;

  constructor(private readonly input: TrainSymbolInput) {
    this.state = new SymbolState(input.symbol, input.paused);
    this.steps = new SymbolSteps(input, this.state);
    this.listen();
  }

  async run(): Promise<SymbolResult> {
    upsertSearchAttributes([keywordAttribute('Symbol', this.input.symbol), keywordAttribute('RunKind', 'train')]);
    try {
      await this.carryThrough();
    } catch (error) {
      return await this.closeFailed(error);
    }
    this.state.stage = 'done';
    this.steps.show();
    const recorded = await this.record(null);
    if (recorded.sharpe !== null) upsertSearchAttributes([doubleAttribute('Sharpe', recorded.sharpe)]);
    if (recorded.family !== null) upsertSearchAttributes([keywordAttribute('ModelFamily', recorded.family)]);
    if (recorded.brier !== null) upsertSearchAttributes([doubleAttribute('BrierScore', recorded.brier)]);
    return {
      symbol: this.input.symbol,
      status: 'done',
      failure: null,
      record: recorded.record,
      cacheHits: this.state.cacheHits(),
    };
  }

  /** The way of the data. Stops after the stage named `until`. */
  private async carryThrough(): Promise<void> {
    const ingested = await this.steps.run(
      'ingest',
      '',
      (options) => stages.ingest.executeWithOptions(options, [{ scope: this.steps.scope('ingest') }]),
      {
        ...ingestActivity(this.input.limits, this.input.ingestOn ?? 'cpu'),
        activityId: stageActivityId('ingest', this.input.symbol, ''),
      },
    );
    if (this.endsAt('ingest')) return;
    const raw = ingested.facts as Parameters<StageActivities['clean']>[0]['raw'];
    const cleaned = await this.steps.once('clean', (options) =>
      stages.clean.executeWithOptions(options, [
        { scope: this.steps.scope('clean'), rawBars: output(ingested, 'rawBars'), raw },
      ]),
    );
    if (this.endsAt('clean')) return;
    const bars = output(cleaned, 'bars');
    const beside = await crossBars(this.input, this.steps, stages);
    const cross = beside.length === 0 ? {} : { cross: [...beside] };
    const featured = await this.steps.once('features', (options) =>
      stages.features.executeWithOptions(options, [
        { scope: this.steps.scope('features'), bars, timeframeMs: raw.timeframeMs, ...cross },
      ]),
    );
    if (this.endsAt('features')) return;
    const searched = await this.searchBarriers(bars);
    if (this.endsAt('barriers')) return;
    const labelled = await this.steps.once('labels', (options) =>
      stages.labels.executeWithOptions(options, [
        {
          scope: this.steps.scope('labels'),
          bars,
          features: output(featured, 'features'),
          ...(searched === null ? {} : { barriers: output(searched, 'barriers') }),
        },
      ]),
    );
    if (this.endsAt('labels')) return;
    const split = await this.steps.once('splits', (options) =>
      stages.splits.executeWithOptions(options, [
        { scope: this.steps.scope('splits'), bars, labels: labelled.outputs, features: output(featured, 'features') },
      ]),
    );
    if (this.endsAt('splits')) return;
    const seen = { features: output(featured, 'features'), labels: labelled.outputs };
    await this.diagnose({ bars, ...seen });
    if (this.endsAt('diagnose')) return;
    const selected = await this.select({
      ...seen,
      folds: output(split, 'folds'),
    });
    if (this.endsAt('select')) return;
    const tasks = split.facts.tasks as unknown as readonly FitTask[];
    const models = distinctModels(tasks);
    const singles = SINGLE_STAGES + (this.input.optionalStages ?? []).length + 2 * beside.length;
    this.state.stepsTotal = singles + tasks.length + models.length * MODEL_STAGES.length;
    const fits = await this.fitAll(tasks, {
      features: output(featured, 'features'),
      ...(selected === null ? {} : { selection: output(selected, 'selection') }),
      timeframeMs: raw.timeframeMs,
      labelled,
      folds: output(split, 'folds'),
      ...seenOf(split),
      ...fittedOf(featured),
      bars,
      ...(searched === null ? {} : { barriers: output(searched, 'barriers') }),
    });
    if (this.endsAt('train')) return;
    await this.runBoard(
      models.map((model) => ({
        id: modelPart(model.family, model.horizonBars),
        run: () =>
          this.judge(model, {
            bars,
            timeframeMs: raw.timeframeMs,
            labels: output(labelled, String(model.horizonBars)),
            folds: output(split, 'folds'),
            ...fittedOf(featured),
            ...cross,
            fits: fits.filter(({ task }) => task.family === model.family && task.horizons.includes(model.horizonBars)),
          }),
      })),
    );
  }

  /** Barriers found on the first training part; null where the symbol has no such stage. A pause stops it with a checkpoint. */
  private async searchBarriers(bars: ArtifactRef): Promise<StageOutcome | null> {
    if (this.input.optionalStages?.includes('barriers') !== true) return null;
    return this.steps.stoppingOnPause(() =>
      this.steps.once('barriers', (options) =>
        stages.barriers.executeWithOptions(options, [{ scope: this.steps.scope('barriers'), bars }]),
      ),
    );
  }

  /** What the report says of features and targets; where the symbol has such a stage. */
  private async diagnose(given: Omit<DiagnoseInput, 'scope'>): Promise<void> {
    if (this.input.optionalStages?.includes('diagnose') !== true) return;
    await this.steps.once('diagnose', (options) =>
      stages.diagnose.executeWithOptions(options, [{ scope: this.steps.scope('diagnose'), ...given }]),
    );
  }

  /** Which features the fits are given; null where the symbol has no such stage. */
  private async select(given: Omit<SelectInput, 'scope'>): Promise<StageOutcome | null> {
    if (this.input.optionalStages?.includes('select') !== true) return null;
    return this.steps.once('select', (options) =>
      stages.select.executeWithOptions(options, [{ scope: this.steps.scope('select'), ...given }]),
    );
  }

  private async fitAll(tasks: readonly FitTask[], given: FitInputs): Promise<readonly DoneFit[]> {
    return this.runBoard(
      tasks.map((task) => ({
        id: trainActivityId(this.input.symbol, task, 0),
        run: async () => ({ task, outcome: await this.fit(task, given) }),
      })),
    );
  }

  private runBoard<T>(tasks: readonly BoardTask<T>[]): Promise<readonly T[]> {
    const board = new TaskBoard(tasks);
    this.board = board;
    return board.run();
  }

  /** One fit, down the ladder where it must: each rung is an activity of its own, on the queue of its device. */
  private async fit(task: FitTask, { labelled, ...rest }: FitInputs): Promise<StageOutcome> {
    const part = fitPart(task.family, task.horizons, task.foldId);
    const labels = Object.fromEntries(
      task.horizons.map((horizonBars) => [String(horizonBars), output(labelled, String(horizonBars))]),
    );
    const given = { task, ...rest, labels };
    let rungs: readonly Rung[] = [];
    let resumeFrom: string | null = null;
    for (;;) {
      const [climbed, from] = [rungs, resumeFrom];
      const last = climbed.at(-1);
      const attempt = (): Promise<StageOutcome> =>
        this.steps.run(
          'train',
          part,
          (options) =>
            stages.train.executeWithOptions(options, [
              { scope: this.steps.scope('train'), ...given, rungs: [...climbed], resumeFrom: from },
            ]),
          {
            ...stageActivity(this.input.limits, last?.device ?? task.device),
            activityId: trainActivityId(this.input.symbol, task, climbed.length),
            ...(last === undefined ? {} : { note: `rung ${String(climbed.length)}: ${last.note}` }),
          },
        );
      try {
        return await (task.resumable ? this.steps.stoppingOnPause(attempt) : attempt());
      } catch (error) {
        const down = nextStepDown(error);
        if (down === null) throw error;
        rungs = down.rungs;
        resumeFrom = down.checkpointKey;
      }
    }
  }

  private async judge(
    model: Model,
    given: {
      bars: ArtifactRef;
      timeframeMs: number;
      labels: ArtifactRef;
      folds: ArtifactRef;
      fitted?: ArtifactRef;
      cross?: CrossBars[];
      fits: readonly DoneFit[];
    },
  ): Promise<void> {
    const part = modelPart(model.family, model.horizonBars);
    const { bars, labels, folds, timeframeMs, fitted, cross } = given;
    const fits = given.fits.map(({ task, outcome }) => ({
      foldId: task.foldId,
      model: output(outcome, 'model'),
      predictions: output(outcome, predictionsOutput(model.horizonBars)),
    }));
    const calibrated = await this.steps.run('calibrate', part, (options) =>
      stages.calibrate.executeWithOptions(options, [{ scope: this.steps.scope('calibrate'), ...model, labels, fits }]),
    );
    if (this.endsAt('calibrate')) return;
    const predictions = output(calibrated, 'predictions');
    await this.steps.run('evaluate', part, (options) =>
      stages.evaluate.executeWithOptions(options, [
        { scope: this.steps.scope('evaluate'), ...model, bars, labels, predictions },
      ]),
    );
    if (this.endsAt('evaluate')) return;
    const calibrators = output(calibrated, 'calibrators');
    await this.steps.run('bundle', part, (options) =>
      stages.bundle.executeWithOptions(options, [
        {
          scope: this.steps.scope('bundle'),
          ...model,
          labels,
          folds,
          fits,
          timeframeMs,
          bars,
          calibrators,
          predictions,
          ...(fitted === undefined ? {} : { fitted }),
          ...(cross === undefined ? {} : { cross }),
        },
      ]),
    );
  }

  private async closeFailed(error: unknown): Promise<never> {
    const failure = failureOf(error, this.state.stageOf(error));
    const recorded = await CancellationScope.nonCancellable(() => this.record(failure));
    if (isCancellation(error)) throw error;
    upsertSearchAttributes([keywordAttribute('FailureCode', failure.code)]);
    const result: SymbolResult = {
      symbol: this.input.symbol,
      status: 'failed',
      failure,
      record: recorded.record,
      cacheHits: this.state.cacheHits(),
    };
    throw ApplicationFailure.create({
      type: failure.code,
      message: failure.message,
      nonRetryable: true,
      details: [result],
    });
  }

  private record(failure: SymbolResult['failure']) {
    const { runId, symbol, storeId, config } = this.input;
    return control.recordSymbol.executeWithOptions(
      { ...CONTROL_ACTIVITY, activityId: `record-${symbol}`, summary: `${symbol} record` },
      [{ runId, storeId, symbol, failure, outcomes: [...this.state.outcomes], config }],
    );
  }

  private endsAt(stage: StageName): boolean {
    return this.input.until === stage && stage !== STAGE_NAMES.at(-1);
  }

  private listen(): void {
    setHandler(symbolProgressQuery, () => this.state.progress(), {
      description: 'stage, steps done, running and failed',
    });
    setHandler(stepNoteSignal, (note) => this.steps.heed(note), {
      description: 'from a running step: epoch, loss, rung',
    });
    setHandler(setPausedSignal, (paused) => this.steps.setPaused(paused), {
      description: 'from the run: pause or go on',
    });
    setHandler(pauseUpdate, () => (this.steps.setPaused(true), `${this.input.symbol} pauses before its next step`), {
      description: 'start no further step; running ones end, nets stop with a checkpoint',
      validator: () => refuseIf(this.state.paused, 'already paused'),
    });
    setHandler(unpauseUpdate, () => (this.steps.setPaused(false), `${this.input.symbol} goes on`), {
      description: 'go on after a pause',
      validator: () => refuseIf(!this.state.paused, 'not paused'),
    });
    setHandler(retryFailedUpdate, () => `started again: ${(this.board?.retryFailed() ?? []).join(', ')}`, {
      description: 'start failed fits again while others are still running',
      validator: () => refuseIf((this.board?.failedIds().length ?? 0) === 0, 'nothing has failed so far'),
    });
  }
}

function distinctModels(tasks: readonly FitTask[]): readonly Model[] {
  const models = tasks.flatMap(({ family, horizons }) => horizons.map((horizonBars) => ({ family, horizonBars })));
  return [...new Map(models.map((model) => [modelPart(model.family, model.horizonBars), model])).values()];
}
