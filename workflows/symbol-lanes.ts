import type { ChildWorkflowHandle } from '@temporalio/workflow';
import { CancellationScope, condition, isCancellation, startChild } from '@temporalio/workflow';
import type { Failure, LateSymbol, RunPlan, SymbolResult, TrainSymbolInput } from '../shared/contracts/run';
import { symbolWorkflowId } from '../shared/names/ids';
import { OPTIONAL_STAGES } from '../shared/names/stages';
import type { SymbolState, UniverseProgress } from '../shared/names/messages';
import { failureOf, symbolResultOf } from './failure';
import { LateSymbols } from './late-symbols';
import { setPausedSignal } from './messages';
import { CHILD_WORKFLOW } from './presets';
import type { trainSymbol } from './train-symbol';

export interface LaneInput {
  /** Id of the workflow of the run itself: children are named below it. */
  readonly workflowId: string;
  /** Root run, under which computations are counted. */
  readonly runId: string;
  readonly plan: RunPlan;
  readonly symbols: readonly string[];
  /** Those of the symbols whose bars are waited for. */
  readonly late?: readonly LateSymbol[];
  /** When they were found late; absent where that was long ago. */
  readonly lookedAtMs?: number;
  readonly paused: boolean;
  readonly onChange: () => void;
  /** Told who is still waited for, whenever that changes. */
  readonly onWaiting?: (late: readonly LateSymbol[]) => void;
}

/**
 * One child workflow for each symbol, at most `maxParallelSymbols` at once. A failed symbol is an entry among the results
 * and never an error of the others.
 */
export class SymbolLanes {
  private readonly waiting: string[];
  private readonly states = new Map<string, SymbolState>();
  private readonly results = new Map<string, SymbolResult>();
  private readonly children = new Map<string, ChildWorkflowHandle<typeof trainSymbol>>();
  private readonly late: LateSymbols | null;
  private paused: boolean;

  constructor(private readonly input: LaneInput) {
    const late = new Set((input.late ?? []).map(({ symbol }) => symbol));
    this.waiting = input.symbols.filter((symbol) => !late.has(symbol));
    this.paused = input.paused;
    for (const symbol of input.symbols) this.states.set(symbol, late.has(symbol) ? 'late' : 'waiting');
    this.late = this.lateSymbolsOf(input);
  }

  async run(): Promise<readonly SymbolResult[]> {
    const lanes = Math.min(this.input.plan.maxParallelSymbols, this.input.symbols.length);
    // Every lane ends before the run goes on, also when it is cancelled: a symbol may still be saving what it has.
    const lateEnd = this.late === null ? [] : [this.late.run()];
    const ended = await Promise.allSettled([...Array.from({ length: lanes }, () => this.lane()), ...lateEnd]);
    for (const lane of ended) if (lane.status === 'rejected') throw lane.reason;
    return this.input.symbols.map((symbol) => this.results.get(symbol) ?? notBegun(symbol));
  }

  stateOf(symbol: string): SymbolState {
    return this.states.get(symbol) ?? 'waiting';
  }

  waitingFor(): UniverseProgress['waitingFor'] {
    return this.late?.waitingFor();
  }

  failedSymbols(): readonly string[] {
    return this.input.symbols.filter((symbol) => this.states.get(symbol) === 'failed');
  }

  /** Holds back symbols that have not begun, and tells the running ones to begin no further step. */
  async setPaused(paused: boolean): Promise<void> {
    this.paused = paused;
    this.input.onChange();
    await Promise.all(
      [...this.children.values()].map((child) => child.signal(setPausedSignal, paused).catch(() => undefined)),
    );
  }

  /** Puts failed symbols, or the one that is named, back in the queue; possible while a lane is still open. */
  retryFailed(only?: string): readonly string[] {
    const failed = this.failedSymbols().filter((symbol) => only === undefined || symbol === only);
    for (const symbol of failed) {
      this.states.set(symbol, 'waiting');
      this.results.delete(symbol);
      this.waiting.push(symbol);
    }
    this.input.onChange();
    return failed;
  }

  private lateSymbolsOf({ plan, runId, late, lookedAtMs, onWaiting }: LaneInput): LateSymbols | null {
    const policy = plan.lateData;
    if (policy === undefined || late === undefined || late.length === 0) return null;
    const release = (symbol: string): void => {
      this.waiting.push(symbol);
      this.enter(symbol, 'waiting');
    };
    const giveUp = (symbol: string, failure: Failure): void => {
      this.results.set(symbol, lostSymbol(symbol, failure));
      this.enter(symbol, 'failed');
    };
    const waiting = onWaiting ?? (() => undefined);
    return new LateSymbols({ plan, policy, runId, late, lookedAtMs, decisions: { release, giveUp, waiting } });
  }

  private async lane(): Promise<void> {
    for (;;) {
      if (this.paused) await condition(() => !this.paused);
      const symbol = this.waiting.shift();
      if (symbol !== undefined) await this.carry(symbol);
      else if (this.allSettled()) return;
      else await condition(() => this.waiting.length > 0 || this.allSettled());
    }
  }

  private allSettled(): boolean {
    return [...this.states.values()].every((state) => state === 'done' || state === 'failed');
  }

  private async carry(symbol: string): Promise<void> {
    this.enter(symbol, 'running');
    const paused = this.paused;
    try {
      const child = await startChild<typeof trainSymbol>('trainSymbol', {
        ...CHILD_WORKFLOW,
        workflowId: symbolWorkflowId(this.input.workflowId, symbol),
        args: [this.childInput(symbol)],
        staticSummary: symbol,
      });
      this.children.set(symbol, child);
      // Said while the child was being started, when it could not be told yet.
      if (this.paused !== paused) await child.signal(setPausedSignal, this.paused).catch(() => undefined);
      this.results.set(symbol, await child.result());
      this.enter(symbol, 'done');
    } catch (error) {
      // A child that was terminated, say, died before it could leave a result.
      this.results.set(symbol, symbolResultOf(error) ?? lostSymbol(symbol, failureOf(error, null)));
      this.enter(symbol, 'failed');
      if (isCancellation(error) && CancellationScope.current().consideredCancelled) throw error;
    } finally {
      this.children.delete(symbol);
    }
  }

  private enter(symbol: string, state: SymbolState): void {
    this.states.set(symbol, state);
    this.input.onChange();
  }

  private childInput(symbol: string): TrainSymbolInput {
    const { config, storeId, limits, ingestOn, asOfMs, from, until, cross } = this.input.plan;
    const { runId } = this.input;
    const isOnVendors = ingestOn === undefined ? {} : { ingestOn };
    const more = optionalStagesOf(symbol, this.input.plan);
    const others = cross !== undefined && Object.hasOwn(cross, symbol) ? cross[symbol] : undefined;
    const beside = others === undefined ? {} : { cross: others };
    return {
      runId,
      symbol,
      config,
      storeId,
      limits,
      ...isOnVendors,
      ...more,
      ...beside,
      asOfMs,
      from,
      until,
      paused: this.paused,
    };
  }

  /** What is known now, also of symbols that have not ended: for a report after cancellation. */
  resultsSoFar(): readonly SymbolResult[] {
    return this.input.symbols.map((symbol) => this.results.get(symbol) ?? notBegun(symbol));
  }
}

/** Left out where there are none: what a run of before was given, and what its history holds. */
function optionalStagesOf(symbol: string, { optionalStages }: RunPlan): Pick<TrainSymbolInput, 'optionalStages'> {
  if (optionalStages === undefined) return {};
  const own = OPTIONAL_STAGES.filter((stage) => {
    const symbols = optionalStages[stage];
    return symbols === 'all' || symbols?.includes(symbol) === true;
  });
  return own.length === 0 ? {} : { optionalStages: own };
}

/** Stands in the report for a symbol that the run was cancelled before. */
export function notBegun(symbol: string): SymbolResult {
  return lostSymbol(symbol, { code: 'Cancelled', message: 'not begun', stage: null });
}

/** Stands in the report for a symbol that left no result. */
export function lostSymbol(symbol: string, failure: Failure): SymbolResult {
  return { symbol, status: 'failed', failure, record: null, cacheHits: 0 };
}
