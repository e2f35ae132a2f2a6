import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { ChildWorkflowHandle } from '@temporalio/workflow';
import type { ControlActivities, PrepareRunInput } from '../activities/types';
import type { LateData } from '../shared/contracts/retrain';
import type { LateSymbol, RunPlan, RunSummary, SymbolResult } from '../shared/contracts/run';
import { SYMBOLS_PER_BATCH, batchWorkflowId, rootRunId, symbolWorkflowId } from '../shared/names/ids';
import type { UniverseProgress } from '../shared/names/messages';
import { keywordAttribute } from './attributes';
import {
  pauseUpdate,
  retryFailedSignal,
  retryFailedSymbolsUpdate,
  setPausedSignal,
  universeProgressQuery,
  unpauseUpdate,
  refuseIf,
  waitingSignal,
} from './messages';
import { CHILD_WORKFLOW, CONTROL_ACTIVITY } from './presets';
import { failureOf } from './failure';
import { isoOf } from './iso';
import { firstLook } from './late-symbols';
import { SymbolLanes, lostSymbol, notBegun } from './symbol-lanes';
import { storeIdOfStarter } from './store-id';
import type { trainBatch } from './train-batch';

const control = proxyActivities<ControlActivities>(CONTROL_ACTIVITY);

/**
 * A whole run. Its one optional input is what a person would write in a config file: nothing, `{}`, `{"preset":
 * "standard"}`, differences from the defaults. Never fails because one symbol failed; fails, after its report, when fewer
 * symbols succeeded than the quorum asks for. `policy` comes from the workflow that retrains, for which bars may be late.
 */
export async function trainUniverse(
  input?: Record<string, unknown>,
  policy?: { readonly lateData: LateData },
): Promise<RunSummary> {
  return new UniverseRun(input, policy?.lateData).run();
}

class UniverseRun {
  private phase: UniverseProgress['phase'] = 'preparing';
  private plan: RunPlan | null = null;
  /** The plan's symbols, those that are late last: a batch that waits for bars then holds no other up. */
  private order: readonly string[] = [];
  private lanes: SymbolLanes | null = null;
  private batch: ChildWorkflowHandle<typeof trainBatch> | null = null;
  /** Symbols of the open batch; only the batch knows which of them wait. */
  private batchSymbols: ReadonlySet<string> = new Set();
  /** Of a run in batches: late symbols whose bars had not come when their batch last told, or at the first look. */
  private lateInBatches: readonly LateSymbol[] = [];
  private readonly earlier: SymbolResult[] = [];
  private paused = false;
  private readonly startedAtMs = Date.now();
  private readonly workflowId = workflowInfo().workflowId;
  private readonly runId = rootRunId(workflowInfo().workflowId);

  constructor(
    private readonly input: Record<string, unknown> | undefined,
    private readonly lateData: LateData | undefined,
  ) {
    this.listen();
  }

  async run(): Promise<RunSummary> {
    upsertSearchAttributes([keywordAttribute('RunKind', 'train')]);
    const plan = await control.prepareRun.executeWithOptions(
      { ...CONTROL_ACTIVITY, activityId: 'prepare', summary: 'validate the configuration' },
      [this.prepareInput()],
    );
    this.plan = plan;
    this.order = plan.symbols;
    this.enter('training');
    try {
      await this.train(plan);
    } catch (error) {
      if (!isCancellation(error)) throw error;
      await CancellationScope.nonCancellable(() => this.report(plan));
      throw error;
    }
    const summary = await this.report(plan);
    this.enter('closed');
    if (summary.status !== 'failed') return summary;
    upsertSearchAttributes([keywordAttribute('FailureCode', 'QuorumMissed')]);
    throw ApplicationFailure.create({
      type: 'QuorumMissed',
      message: `${String(summary.done)} of ${String(summary.symbols)} symbols succeeded; the quorum is ${String(plan.successQuorum * 100)} %`,
      nonRetryable: true,
      details: [summary],
    });
  }

  private prepareInput(): PrepareRunInput {
    const { runId, input, startedAtMs, lateData } = this;
    return { runId, storeId: storeIdOfStarter(), input, startedAtMs, ...(lateData === undefined ? {} : { lateData }) };
  }

  /** Few symbols run below the run itself; many run in batches, one batch after another, each with its own history. */
  private async train(plan: RunPlan): Promise<void> {
    const lookedAtMs = Date.now();
    const late = await firstLook(plan, this.runId);
    const names = new Set(late.map(({ symbol }) => symbol));
    this.order = [...plan.symbols.filter((symbol) => !names.has(symbol)), ...names];
    if (plan.symbols.length <= SYMBOLS_PER_BATCH) {
      this.lanes = new SymbolLanes({
        workflowId: this.workflowId,
        runId: this.runId,
        plan,
        symbols: this.order,
        late,
        lookedAtMs,
        paused: this.paused,
        onChange: () => this.show(),
      });
      await this.lanes.run();
      return;
    }
    this.lateInBatches = late;
    for (let batch = 0; batch * SYMBOLS_PER_BATCH < plan.symbols.length; batch += 1) {
      const symbols = this.order.slice(batch * SYMBOLS_PER_BATCH, (batch + 1) * SYMBOLS_PER_BATCH);
      const lateOfBatch = late.filter(({ symbol }) => symbols.includes(symbol));
      this.earlier.push(...(await this.trainBatch(plan, symbols, lateOfBatch, batch)));
      this.stillLate(symbols, []);
      this.show();
      if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('the run was cancelled');
    }
  }

  private async trainBatch(
    plan: RunPlan,
    symbols: readonly string[],
    late: readonly LateSymbol[],
    batch: number,
  ): Promise<readonly SymbolResult[]> {
    const { paused, workflowId, runId } = this;
    const first = batch * SYMBOLS_PER_BATCH + 1;
    this.batchSymbols = new Set(symbols);
    try {
      this.batch = await startChild<typeof trainBatch>('trainBatch', {
        ...CHILD_WORKFLOW,
        workflowId: batchWorkflowId(workflowId, batch),
        // The symbols of the whole run are no concern of a batch, and fifty batches would carry them fifty times.
        args: [{ workflowId, runId, plan: { ...plan, symbols: [...symbols] }, symbols, late, paused }],
        staticSummary: `symbols ${String(first)} to ${String(first + symbols.length - 1)}`,
      });
      // Said while the batch was being started, when it could not be told yet.
      if (this.paused !== paused) await this.tellBatch();
      return await this.batch.result();
    } catch (error) {
      if (isCancellation(error) && CancellationScope.current().consideredCancelled) throw error;
      // A batch that was terminated, say: its symbols are lost, the others are not.
      return symbols.map((symbol) => lostSymbol(symbol, failureOf(error, null)));
    } finally {
      this.batch = null;
    }
  }

  /** What is known of a batch's late symbols takes the place of what was known before. */
  private stillLate(batch: readonly string[], late: readonly LateSymbol[]): void {
    const others = this.lateInBatches.filter(({ symbol }) => !batch.includes(symbol));
    this.lateInBatches = [...late, ...others];
    this.show();
  }

  /** A batch that has just closed needs no telling: the next one begins as the run stands then. */
  private async tellBatch(): Promise<void> {
    await this.batch?.signal(setPausedSignal, this.paused).catch(() => undefined);
  }

  private report(plan: RunPlan): Promise<RunSummary> {
    this.enter('reporting');
    const known = [...this.earlier, ...(this.lanes?.resultsSoFar() ?? [])];
    const results = [...known, ...this.order.slice(known.length).map(notBegun)];
    return control.writeReport.executeWithOptions(
      { ...CONTROL_ACTIVITY, activityId: 'report', summary: 'run record and report' },
      [{ runId: this.workflowId, plan, startedAtMs: this.startedAtMs, results }],
    );
  }

  private progress(): UniverseProgress {
    const symbols = (this.plan?.symbols ?? []).map((symbol) => ({
      symbol,
      state: this.stateOf(symbol),
      workflowId: symbolWorkflowId(this.workflowId, symbol),
    }));
    const waitingFor = this.lanes?.waitingFor() ?? this.waitingInBatches();
    return {
      phase: this.phase,
      paused: this.paused,
      total: symbols.length,
      done: symbols.filter(({ state }) => state === 'done').length,
      failed: symbols.filter(({ state }) => state === 'failed').length,
      symbols,
      ...(waitingFor === undefined ? {} : { waitingFor }),
    };
  }

  private waitingInBatches(): UniverseProgress['waitingFor'] {
    const untilMs = this.plan?.lateData?.untilMs;
    if (untilMs === undefined || this.lateInBatches.length === 0 || this.phase !== 'training') return undefined;
    return { symbols: this.lateInBatches, untilMs };
  }

  private stateOf(symbol: string): UniverseProgress['symbols'][number]['state'] {
    const closed = this.earlier.find((result) => result.symbol === symbol);
    const known = closed?.status ?? this.lanes?.stateOf(symbol);
    if (known !== undefined) return known;
    if (this.lateInBatches.some((late) => late.symbol === symbol)) return 'late';
    return this.batchSymbols.has(symbol) ? 'running' : 'waiting';
  }

  private enter(phase: UniverseProgress['phase']): void {
    this.phase = phase;
    this.show();
  }

  /** A small Markdown table for the UI: counts, then the symbols that are not waiting any more, at most fifty. */
  private show(): void {
    const { total, done, failed, symbols, waitingFor } = this.progress();
    const head = `**${this.phase}${this.paused ? ' (paused)' : ''}**: ${String(done)} of ${String(total)} symbols done, ${String(failed)} failed`;
    const begun = symbols.filter(({ state }) => state !== 'waiting').slice(-50);
    const rows = begun.map(({ symbol, state }) => `| ${symbol} | ${state} |`);
    setCurrentDetails([head, ...lateLines(waitingFor), '', '| symbol | state |', '| --- | --- |', ...rows].join('\n'));
  }

  private async setPaused(paused: boolean): Promise<string> {
    this.paused = paused;
    await this.lanes?.setPaused(paused);
    await this.tellBatch();
    this.show();
    return paused ? 'the run pauses: no further step begins' : 'the run goes on';
  }

  /** Within a batch only the batch knows which symbols failed. */
  private mayRetry(symbol: string | undefined): boolean {
    if (this.phase !== 'training') return false;
    if (this.batch !== null) return symbol === undefined || this.batchSymbols.has(symbol);
    const failed = this.lanes?.failedSymbols() ?? [];
    return symbol === undefined ? failed.length > 0 : failed.includes(symbol);
  }

  private async retryFailed(symbol: string | undefined): Promise<string> {
    if (this.batch === null) return `started again: ${(this.lanes?.retryFailed(symbol) ?? []).join(', ')}`;
    if (symbol !== undefined) {
      await this.batch.signal(retryFailedSignal, symbol);
      return `${symbol} starts again if it failed`;
    }
    await this.batch.signal(retryFailedSignal);
    return 'the failed symbols of the running batch start again';
  }

  private listen(): void {
    setHandler(universeProgressQuery, () => this.progress(), { description: 'phase and the state of each symbol' });
    setHandler(waitingSignal, (late) => this.stillLate([...this.batchSymbols], late), {
      description: 'from a batch: whose bars it still waits for',
    });
    setHandler(pauseUpdate, () => this.setPaused(true), {
      description: 'begin no further symbol and no further step',
      validator: () => refuseIf(this.paused, 'already paused'),
    });
    setHandler(unpauseUpdate, () => this.setPaused(false), {
      description: 'go on after a pause',
      validator: () => refuseIf(!this.paused, 'not paused'),
    });
    setHandler(retryFailedSymbolsUpdate, (symbol) => this.retryFailed(symbol), {
      description: 'start failed symbols again while others are still running',
      validator: (symbol?: string) =>
        refuseIf(
          !this.mayRetry(symbol),
          symbol === undefined ? 'no failed symbol to start again' : `${symbol} has not failed, or its batch is closed`,
        ),
    });
  }
}

/** Who is waited for, and until when; at most twenty by name. */
function lateLines(waitingFor: UniverseProgress['waitingFor']): readonly string[] {
  if (waitingFor === undefined) return [];
  const names = waitingFor.symbols.slice(0, 20).map(({ symbol }) => symbol);
  const rest = waitingFor.symbols.length - names.length;
  const who = `${names.join(', ')}${rest > 0 ? ` and ${String(rest)} more` : ''}`;
  return ['', `waiting for bars of ${who} until ${isoOf(waitingFor.untilMs)}`];
}
