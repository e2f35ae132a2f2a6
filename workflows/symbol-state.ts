import type { StageOutcome } from '../shared/contracts/stages';
import type { SymbolProgress } from '../shared/names/messages';
import type { StageName } from '../shared/names/stages';

/** What a symbol's workflow knows of itself: plain state, changed only here, shown by the query and the details. */
export class SymbolState {
  paused: boolean;
  stage: StageName | 'done' = 'ingest';
  stepsTotal: number | null = null;
  /** By step: a step that was run again, because a later one of its model failed, counts once. */
  private readonly finishedSteps = new Map<string, StageOutcome>();
  /** Running steps with what they last said of themselves. */
  private readonly running = new Map<string, string | null>();
  private readonly failed = new Map<string, string>();
  private readonly stageOfError = new Map<unknown, StageName>();

  constructor(
    readonly symbol: string,
    paused: boolean,
  ) {
    this.paused = paused;
  }

  started(step: string, stage: StageName, note: string | null): void {
    this.stage = stage;
    this.running.set(step, note);
    this.failed.delete(step);
  }

  finished(step: string, outcome: StageOutcome): void {
    this.running.delete(step);
    this.finishedSteps.set(step, outcome);
  }

  stepFailed(step: string, stage: StageName, error: unknown, reason: string): void {
    this.running.delete(step);
    this.failed.set(step, reason);
    this.stageOfError.set(error, stage);
  }

  /** It was stopped, by a pause or with its run: it will be started again or never, but nothing is wrong with it. */
  stepStopped(step: string, stage: StageName, error: unknown): void {
    this.running.delete(step);
    this.stageOfError.set(error, stage);
  }

  /** A note of a step that is not running any more came late and is passed over. */
  noteOn(step: string, note: string): void {
    if (this.running.has(step)) this.running.set(step, note);
  }

  /** The stage in which this error was thrown: other models may be further on, or behind. */
  stageOf(error: unknown): StageName | null {
    return this.stageOfError.get(error) ?? (this.stage === 'done' ? null : this.stage);
  }

  get outcomes(): readonly StageOutcome[] {
    return [...this.finishedSteps.values()];
  }

  cacheHits(): number {
    return this.outcomes.filter((outcome) => outcome.cacheHit).length;
  }

  progress(): SymbolProgress {
    return {
      symbol: this.symbol,
      stage: this.stage,
      paused: this.paused,
      stepsDone: this.outcomes.length,
      stepsTotal: this.stepsTotal,
      cacheHits: this.cacheHits(),
      running: [...this.running.keys()],
      notes: Object.fromEntries([...this.running].filter((entry): entry is [string, string] => entry[1] !== null)),
      failed: [...this.failed.keys()],
    };
  }

  private runningText(): string {
    const steps = [...this.running].map(([step, note]) => (note === null ? step : `${step} (${note})`));
    return steps.join(', ') || '–';
  }

  /** A small Markdown table for the UI. */
  details(): string {
    const total = this.stepsTotal === null ? '' : ` of ${String(this.stepsTotal)}`;
    const rows = [
      ['symbol', this.symbol],
      ['stage', this.paused ? `${this.stage} (paused)` : this.stage],
      ['steps done', `${String(this.outcomes.length)}${total}, ${String(this.cacheHits())} from the cache`],
      ['running', this.runningText()],
      ['failed', [...this.failed].map(([step, reason]) => `${step}: ${reason}`).join('; ') || '–'],
    ];
    return ['| | |', '| --- | --- |', ...rows.map(([name, value]) => `| ${name ?? ''} | ${value ?? ''} |`)].join('\n');
  }
}
