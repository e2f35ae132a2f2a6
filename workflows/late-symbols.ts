import { isCancellation, proxyActivities, sleep } from '@temporalio/workflow';
import type { ControlActivities } from '../activities/types';
import type { Failure, LateDataPlan, LateSymbol, RunPlan } from '../shared/contracts/run';
import type { UniverseProgress } from '../shared/names/messages';
import { failureOf } from './failure';
import { LOOK_ACTIVITY, lookActivity } from './presets';

const looking = proxyActivities<Pick<ControlActivities, 'findLateSymbols'>>(LOOK_ACTIVITY);

/** Which of a run's symbols have no bar that is new enough; none where the run takes bars as they are. */
export function lookForLate(
  plan: RunPlan,
  runId: string,
  symbols: readonly string[],
  summary: string,
): Promise<readonly LateSymbol[]> {
  const { lateData, config, storeId, asOfMs } = plan;
  if (lateData === undefined) return Promise.resolve([]);
  const { maxAgeMs } = lateData;
  return looking.findLateSymbols.executeWithOptions({ ...lookActivity(plan.ingestOn ?? 'cpu'), summary }, [
    { runId, storeId, config, asOfMs, maxAgeMs, symbols },
  ]);
}

/** What a wait for bars does to the symbols of a run. */
export interface LateDecisions {
  /** Its bars are there, or it is trained on those that are. */
  release(symbol: string): void;
  giveUp(symbol: string, failure: Failure): void;
}

/**
 * Late symbols, waited for one by one inside the window of the run: whoever has its bars goes on at once. At the end of the
 * window the rest fail alone, or are trained on what is there.
 */
export class LateSymbols {
  private late: readonly LateSymbol[];

  constructor(
    private readonly given: {
      readonly plan: RunPlan;
      readonly policy: LateDataPlan;
      readonly runId: string;
      readonly late: readonly LateSymbol[];
      readonly decisions: LateDecisions;
    },
  ) {
    this.late = given.late;
  }

  /** Never fails but by cancellation: a look that cannot be had fails the symbols that it was for. */
  async run(): Promise<void> {
    try {
      await this.wait();
    } catch (error) {
      if (isCancellation(error)) throw error;
      for (const { symbol } of this.late) this.given.decisions.giveUp(symbol, failureOf(error, null));
    }
  }

  waitingFor(): UniverseProgress['waitingFor'] {
    return this.late.length === 0 ? undefined : { symbols: this.late, untilMs: this.given.policy.untilMs };
  }

  private async wait(): Promise<void> {
    const { plan, policy, runId } = this.given;
    while (this.late.length > 0 && Date.now() < policy.untilMs) {
      const names = shortList(this.late.map(({ symbol }) => symbol));
      await sleep(Math.max(1, Math.min(policy.everyMs, policy.untilMs - Date.now())), {
        summary: `bars of ${names}`,
      });
      const asked = this.late.map(({ symbol }) => symbol);
      this.settle(await lookForLate(plan, runId, asked, `look again for bars of ${names}`));
    }
    const ended = this.late;
    this.late = [];
    for (const late of ended) {
      if (policy.atEnd === 'train') this.given.decisions.release(late.symbol);
      else this.given.decisions.giveUp(late.symbol, lateFailure(late, plan.asOfMs, policy));
    }
  }

  private settle(still: readonly LateSymbol[]): void {
    const names = new Set(still.map(({ symbol }) => symbol));
    const arrived = this.late.filter(({ symbol }) => !names.has(symbol));
    this.late = still;
    for (const { symbol } of arrived) this.given.decisions.release(symbol);
  }
}

/** For summaries, which hold 400 bytes. */
const MAX_NAMED = 5;

function shortList(names: readonly string[]): string {
  const rest = names.length - MAX_NAMED;
  return `${names.slice(0, MAX_NAMED).join(', ')}${rest > 0 ? ` and ${String(rest)} more` : ''}`.slice(0, 200);
}

const HOUR_MS = 3_600_000;

function lateFailure({ symbol, newestMs }: LateSymbol, asOfMs: number, { maxAgeMs, untilMs }: LateDataPlan): Failure {
  const newest =
    newestMs === null
      ? 'the source has no bar of it'
      : `its newest bar closed at ${isoOf(newestMs)}, ${hours(asOfMs - newestMs)} before ${isoOf(asOfMs)}`;
  return {
    code: 'LateData',
    message: `${symbol}: ${newest}; expected at most ${hours(maxAgeMs)}, and it was waited for until ${isoOf(untilMs)}`,
    stage: null,
  };
}

function hours(durationMs: number): string {
  return `${(durationMs / HOUR_MS).toFixed(1)} hours`;
}

function isoOf(instantMs: number): string {
  return new Date(instantMs).toISOString();
}
