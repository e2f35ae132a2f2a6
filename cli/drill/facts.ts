import type { RunRecord } from '../../shared/contracts/run-record';
import type { AttemptRecord } from '../../shared/store/attempts';

/** What a run of a drill left, read from its store. */
export interface RunFacts {
  readonly runId: string;
  /** How its workflow ended; `late`: not within the limit, and was terminated. */
  readonly ended: 'completed' | 'failed' | 'late';
  /** What it failed with; null where it did not. */
  readonly failure: string | null;
  readonly record: RunRecord | null;
  /** By stage and key the hash of everything that was published under it. */
  readonly published: Readonly<Record<string, string>>;
  /** Published artifacts whose bytes are not those that their hash names. */
  readonly damaged: readonly string[];
  /** Results that were computed again after they were published, or published by somebody else than the log says. */
  readonly doubled: readonly string[];
  /** Temporary files and uploads that nobody finished. */
  readonly leftovers: number;
  /** Oldest first. */
  readonly attempts: readonly AttemptRecord[];
  readonly seconds: number;
  readonly workersStarted: number;
  /** Lines of the logs of workers and trainers at level warn and above. */
  readonly warnings: readonly string[];
}

/** What was done to a run. */
export interface Injection {
  /** For people: what was really done, with numbers. */
  readonly what: string;
  readonly atMs: number | null;
  /** The computation that was hit, as its record stood at that instant. */
  readonly struck: AttemptRecord | null;
  /** Requests to the store that met the fault. */
  readonly met: number | null;
  /** Updates in the checkpoint before the one that was cut. */
  readonly stepBefore: number | null;
}

/** Facts beyond the store's: what is known of the bars that were written, and what became of them. */
export interface BarFacts {
  readonly run: RunFacts;
  /** Bars that were planted to be dropped. */
  readonly planted: number;
  readonly dropped: number;
  /** Bars whose instant is not the one that was written. */
  readonly wrongInstants: number;
  readonly instants: number;
  /** Rows that the net learned from, as it says. */
  readonly trainRows: number | null;
  /** The same, counted from the bars: labelled, whole, no pause inside. */
  readonly wholeWindows: number;
  /** Windows that would have lain over a pause. */
  readonly crossing: number;
}

export interface ScenarioFacts {
  readonly run: RunFacts;
  /** An undisturbed run of the same configuration. */
  readonly reference: RunFacts | null;
  readonly injection: Injection;
  readonly bars: BarFacts | null;
}

/** One thing that was looked at, and what was found. */
export interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly sentence: string;
}

export const NO_INJECTION: Injection = { what: 'nothing', atMs: null, struck: null, met: null, stepBefore: null };
