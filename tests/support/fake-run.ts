import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { rootRunId } from '../../shared/names/ids';
import type { ErrorCode } from '../../shared/names/errors';
import type { FakeActivities, FakePlan } from './fake-stages';
import { fakeActivities } from './fake-stages';

export type FakeName = keyof FakeActivities;

/** One execution of a fake activity, as it began. */
export interface FakeCall<N extends FakeName = FakeName> {
  readonly name: N;
  readonly activityId: string;
  readonly attempt: number;
  readonly input: Parameters<FakeActivities[N]>[0];
}

/** A run whose activities are fakes: answers at once unless the test says otherwise, and keeps what it was asked. */
export class FakeRun {
  readonly calls: FakeCall[] = [];
  /** What answers where the test says nothing. */
  readonly well: FakeActivities;
  private readonly fakes: FakeActivities;
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly runId: string,
    plan: FakePlan,
  ) {
    this.well = fakeActivities(plan);
    this.fakes = { ...this.well };
  }

  /** Puts the test's own activities in the place of the ones that answer well. */
  fake(activities: Partial<FakeActivities>): this {
    Object.assign(this.fakes, activities);
    return this;
  }

  async answer<N extends FakeName>(name: N, input: FakeCall<N>['input']): Promise<unknown> {
    const { activityId, attempt } = Context.current().info;
    this.calls.push({ name, activityId, attempt, input });
    for (const listener of this.listeners) listener();
    const fake = this.fakes[name] as (input: FakeCall<N>['input']) => Promise<unknown>;
    return fake(input);
  }

  callsOf<N extends FakeName>(name: N): readonly FakeCall<N>[] {
    return this.calls.filter((call): call is FakeCall<N> => call.name === name);
  }

  ids(): readonly string[] {
    return this.calls.map(({ activityId }) => activityId);
  }

  /** Resolves once so many executions of the activity have begun. */
  begun(activityId: string, times = 1): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.ids().filter((id) => id === activityId).length < times) return;
        this.listeners.delete(look);
        resolve();
      };
      this.listeners.add(look);
      look();
    });
  }
}

/** Hands every activity to the run that it belongs to: one pair of workers serves all runs of a test file. */
export class FakeRuns {
  private readonly runs = new Map<string, FakeRun>();

  add(run: FakeRun): FakeRun {
    this.runs.set(run.runId, run);
    return run;
  }

  activities(names: readonly FakeName[]): Record<string, (input: never) => Promise<unknown>> {
    return Object.fromEntries(names.map((name) => [name, (input: FakeCall['input']) => this.dispatch(name, input)]));
  }

  private dispatch(name: FakeName, input: FakeCall['input']): Promise<unknown> {
    const runId = rootRunId('scope' in input ? input.scope.runId : input.runId);
    const run = this.runs.get(runId);
    if (run === undefined) throw ApplicationFailure.nonRetryable(`no fake run is called ${runId}`, 'Unexpected');
    return run.answer(name, input);
  }
}

/** A failure as the real activities throw it for a fault that no retry mends. */
export function fault(code: ErrorCode, message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: code, message, nonRetryable: true });
}

const HEARTBEAT_MS = 50;

/** Inside an activity: heartbeats, as the real stages do, until the activity is cancelled; then throws that. */
export async function heartbeatForever(): Promise<never> {
  const context = Context.current();
  const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
  try {
    return await context.cancelled;
  } finally {
    clearInterval(timer);
  }
}
