/**
 * What is known about an installation at one look. A part that could not be asked is null: nothing is alerted about it, and
 * nothing is said to be over.
 */
export interface AlertFacts {
  readonly runs: readonly RunFact[] | null;
  readonly promotions: readonly PromotionFact[] | null;
  readonly schedules: readonly ScheduleFact[] | null;
  readonly champions: readonly ChampionFact[] | null;
  readonly queues: readonly QueueFact[] | null;
}

/** An execution of a run or of a retrain that is open, or ended within the window. */
export interface RunFact {
  readonly kind: 'run' | 'retrain';
  readonly workflowId: string;
  readonly runId: string;
  /** The schedule that started it; null where none did. */
  readonly scheduleId: string | null;
  readonly startedMs: number;
  /** null: it is open. */
  readonly closedMs: number | null;
  readonly outcome: RunOutcome;
}

/** `stopped`: somebody cancelled or terminated it. */
export type RunOutcome =
  | { readonly kind: 'open' }
  | { readonly kind: 'done'; readonly summary: RunNumbers | null }
  | { readonly kind: 'partial'; readonly summary: RunNumbers }
  | { readonly kind: 'stopped' }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly message: string;
      /** null: it failed before its report. */
      readonly summary: RunNumbers | null;
    };

export interface RunNumbers {
  readonly symbols: number;
  readonly done: number;
  readonly failed: number;
  /** Where the report lies, with the store before it. */
  readonly report: string;
}

/** A promotion that waits for an answer. */
export interface PromotionFact {
  readonly workflowId: string;
  readonly runId: string;
  /** The retrain that asked; null where a person did. */
  readonly askedBy: string | null;
  readonly model: string;
  readonly version: number;
  /** Until when an answer is waited for; null where it is not known. */
  readonly untilMs: number | null;
}

export interface ScheduleFact {
  readonly id: string;
  readonly paused: boolean;
  /** Of whoever paused it: the server says why where it did. */
  readonly note: string;
  /** The newest instant of the calendar before the tolerance began that it should have started at; null: none. */
  readonly expectedMs: number | null;
  /** Instants of what it started, as far as the server remembers: the calendar's where the calendar did. */
  readonly startedForMs: readonly number[];
  /** Starts that it missed for good since it was made. */
  readonly missedForGood: number;
  /** Starts that were left out because the last retrain still ran. */
  readonly skippedForOverlap: number;
}

/** A model of the registry. */
export interface ChampionFact {
  readonly model: string;
  readonly set: string;
  /** The day for which its champion was trained; null where it has none. */
  readonly championAsOfMs: number | null;
}

export interface QueueFact {
  readonly queue: string;
  readonly kind: 'workflow' | 'activity';
  readonly backlog: number;
  /** How long the oldest task has waited. */
  readonly ageMs: number;
  readonly pollers: number;
}
