import type { StageOutcome } from '../shared/contracts/stages';
import type { SymbolProgress } from '../shared/names/messages';
import type { StageName } from '../shared/names/stages';

/** What a symbol's workflow knows of itself: plain state, changed only here, shown by the query and the details. */
export class SymbolState {
  paused: boolean;
  stage: StageName | 'done' = 'ingest';
  stepsTotal: number | null = null;
  readonly outcomes: StageOutcome[] = [];
  readonly running = new Set<string>();
  readonly failed = new Map<string, string>();

  constructor(
    readonly symbol: string,
    paused: boolean,
  ) {
    this.paused = paused;
  }

  started(step: string, stage: StageName): void {
    this.stage = stage;
    this.running.add(step);
    this.failed.delete(step);
  }

  finished(step: string, outcome: StageOutcome): void {
    this.running.delete(step);
    this.outcomes.push(outcome);
  }

  stepFailed(step: string, reason: string): void {
    this.running.delete(step);
    this.failed.set(step, reason);
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
      running: [...this.running],
      failed: [...this.failed.keys()],
    };
  }

  /** A small Markdown table for the UI. */
  details(): string {
    const total = this.stepsTotal === null ? '' : ` of ${String(this.stepsTotal)}`;
    const rows = [
      ['symbol', this.symbol],
      ['stage', this.paused ? `${this.stage} (paused)` : this.stage],
      ['steps done', `${String(this.outcomes.length)}${total}, ${String(this.cacheHits())} from the cache`],
      ['running', [...this.running].join(', ') || '–'],
      ['failed', [...this.failed].map(([step, reason]) => `${step}: ${reason}`).join('; ') || '–'],
    ];
    return ['| | |', '| --- | --- |', ...rows.map(([name, value]) => `| ${name ?? ''} | ${value ?? ''} |`)].join('\n');
  }
}
