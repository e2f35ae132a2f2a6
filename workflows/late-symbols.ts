import { ActivityFailure, TimeoutFailure, isCancellation, proxyActivities, sleep } from '@temporalio/workflow';
import type { ControlActivities } from '../activities/types';
import type { Failure, LateDataPlan, LateSymbol, RunPlan } from '../shared/contracts/run';
import type { UniverseProgress } from '../shared/names/messages';
import { failureOf } from './failure';
import { isoOf } from './iso';
import { LOOK_ACTIVITY, lookActivity } from './presets';

const looking = proxyActivities<Pick<ControlActivities, 'findLateSymbols'>>(LOOK_ACTIVITY);

/** Which of a run's symbols have no bar that is new enough; none where the run takes bars as they are. */
function lookForLate(
  plan: RunPlan,
  runId: string,
  symbols: readonly string[],
  summary: string,
): Promise<readonly LateSymbol[]> {
  const { lateData, config, storeId, asOfMs } = plan;
  if (lateData === undefined) return Promise.resolve([]);
  const { maxAgeMs, untilMs } = lateData;
  const options = { ...lookActivity(plan.ingestOn ?? 'cpu', untilMs - Date.now()), summary };
  return looking.findLateSymbols.executeWithOptions(options, [
    { runId, storeId, config, asOfMs, maxAgeMs, untilMs, symbols },
  ]);
}

/** The look with which a run begins. Where nobody answers it in its time nothing is known of any symbol: each is late. */
export async function firstLook(plan: RunPlan, runId: string): Promise<readonly LateSymbol[]> {
  try {
    return await lookForLate(plan, runId, plan.symbols, 'which bars are late');
  } catch (error) {
    if (!(error instanceof ActivityFailure && error.cause instanceof TimeoutFailure)) throw error;
    return plan.symbols.map((symbol) => ({ symbol, newestMs: null, trouble: 'WorkerLost' }));
  }
}

/** What a wait for bars does to the symbols of a run. */
export interface LateDecisions {
  /** Its bars are there, or it is trained on those that are. */
  release(symbol: string): void;
  giveUp(symbol: string, failure: Failure): void;
  /** Who is waited for has changed; told at the end of the wait too, when nobody is. */
  waiting(late: readonly LateSymbol[]): void;
}

/**
 * Late symbols, waited for one by one inside the window of the run: whoever has its bars goes on at once. At the end of the
 * window the rest fail alone, or are trained on what is there.
 */
export class LateSymbols {
  private late: readonly LateSymbol[];
  private lookedAtMs: number;

  constructor(
    private readonly given: {
      readonly plan: RunPlan;
      readonly policy: LateDataPlan;
      readonly runId: string;
      readonly late: readonly LateSymbol[];
      /** When the look that found them late was asked for; absent where that was long ago, before other batches. */
      readonly lookedAtMs?: number | undefined;
      readonly decisions: LateDecisions;
    },
  ) {
    this.late = given.late;
    this.lookedAtMs = given.lookedAtMs ?? -Infinity;
  }

  /** Never fails but by cancellation: a look that cannot be had fails the symbols that it was for. */
  async run(): Promise<void> {
    try {
      await this.wait();
    } catch (error) {
      const left = this.end();
      if (isCancellation(error)) throw error;
      for (const { symbol } of left) this.given.decisions.giveUp(symbol, failureOf(error, null));
    }
  }

  waitingFor(): UniverseProgress['waitingFor'] {
    return this.late.length === 0 ? undefined : { symbols: this.late, untilMs: this.given.policy.untilMs };
  }

  private async wait(): Promise<void> {
    const { plan, policy, decisions } = this.given;
    // Found late before other batches, whose training took hours: its bars may have come long ago.
    if (this.lookedAtMs === -Infinity) await this.look();
    while (this.late.length > 0 && Date.now() < policy.untilMs) {
      const names = shortList(this.late.map(({ symbol }) => symbol));
      await sleep(Math.max(1, Math.min(policy.everyMs, policy.untilMs - Date.now())), {
        summary: `bars of ${names}`,
      });
      await this.look();
    }
    // Nobody is given up on by a look from within the window.
    if (this.late.length > 0 && this.lookedAtMs < policy.untilMs) await this.look();
    for (const late of this.end()) {
      if (policy.atEnd === 'train') decisions.release(late.symbol);
      else decisions.giveUp(late.symbol, lateFailure(late, plan.asOfMs, policy));
    }
  }

  private async look(): Promise<void> {
    const { plan, runId } = this.given;
    const asked = this.late.map(({ symbol }) => symbol);
    this.lookedAtMs = Date.now();
    this.settle(await lookForLate(plan, runId, asked, `look again for bars of ${shortList(asked)}`));
  }

  /** Nobody is waited for from here on; those who were. */
  private end(): readonly LateSymbol[] {
    const left = this.late;
    this.late = [];
    this.given.decisions.waiting([]);
    return left;
  }

  private settle(still: readonly LateSymbol[]): void {
    const names = new Set(still.map(({ symbol }) => symbol));
    const arrived = this.late.filter(({ symbol }) => !names.has(symbol));
    this.late = still;
    for (const { symbol } of arrived) this.given.decisions.release(symbol);
    if (arrived.length > 0) this.given.decisions.waiting(still);
  }
}

/** For summaries, which hold 400 bytes. */
const MAX_NAMED = 5;

function shortList(names: readonly string[]): string {
  const rest = names.length - MAX_NAMED;
  return `${names.slice(0, MAX_NAMED).join(', ')}${rest > 0 ? ` and ${String(rest)} more` : ''}`.slice(0, 200);
}

const HOUR_MS = 3_600_000;

function lateFailure(late: LateSymbol, asOfMs: number, { maxAgeMs, untilMs }: LateDataPlan): Failure {
  const { symbol } = late;
  const newest = newestOf(late, asOfMs);
  return {
    code: 'LateData',
    message: `${symbol}: ${newest}; expected at most ${hours(maxAgeMs)}, and it was waited for until ${isoOf(untilMs)}`,
    stage: null,
  };
}

function newestOf({ newestMs, trouble }: LateSymbol, asOfMs: number): string {
  if (trouble !== undefined) return `the source could not be asked for its newest bar (${trouble})`;
  if (newestMs === null) return 'the source has no bar of it';
  return `its newest bar closed at ${isoOf(newestMs)}, ${hours(asOfMs - newestMs)} before ${isoOf(asOfMs)}`;
}

function hours(durationMs: number): string {
  return `${(durationMs / HOUR_MS).toFixed(1)} hours`;
}
