import type { AttemptRecord } from '../../shared/store/attempts';
import type { StageMarker } from '../../shared/store/stage-cache';
import { computedAgain, contradictions, lostAttempts, refitsIn } from '../../tests/support/chaos-store';

/** One thing that the scale run must show, with what was found. */
export interface Claim {
  readonly claim: string;
  readonly found: string;
  readonly held: boolean;
}

/** What is measured once the run has closed. */
export interface ScaleFacts {
  readonly symbols: number;
  readonly done: number;
  readonly kills: number;
  /** Computations that one killed worker can take with it: its trainers. */
  readonly trainersAWorker: number;
  readonly markers: readonly StageMarker[];
  readonly attempts: readonly AttemptRecord[];
  readonly damaged: readonly string[];
  readonly leftovers: readonly string[];
  readonly parentEvents: number;
}

/** The claims of issue 5, "What it must show", 1. */
export function judgeScale(facts: ScaleFacts): readonly Claim[] {
  const again = computedAgain(facts.markers, facts.attempts);
  const against = contradictions(facts.markers, facts.attempts);
  const refits = refitsIn(facts.attempts);
  const mayRefit = facts.kills * facts.trainersAWorker;
  return [
    claim('every symbol is done', `${String(facts.done)} of ${String(facts.symbols)}`, facts.done === facts.symbols),
    claim(
      'no published key was computed twice',
      `${String(again.length)} of ${String(facts.markers.length)}`,
      again.length === 0,
    ),
    claim(
      'the log of computations and the markers agree',
      `${String(against.length)} contradictions`,
      against.length === 0,
    ),
    claim(
      'computations begun again are at most those that a kill took',
      `${String(refits)} begun again, ${String(facts.kills)} kills of a worker with ${String(facts.trainersAWorker)} trainer(s); ${String(lostAttempts(facts.attempts).length)} lost`,
      refits <= mayRefit,
    ),
    claim(
      'no object is half-written',
      `${String(facts.damaged.length)} damaged, ${String(facts.leftovers.length)} left over`,
      facts.damaged.length + facts.leftovers.length === 0,
    ),
    claim('the history of the run stays below 4 000 events', String(facts.parentEvents), facts.parentEvents < 4_000),
  ];
}

function claim(text: string, found: string, held: boolean): Claim {
  return { claim: text, found, held };
}

export function claimTable(claims: readonly Claim[]): string {
  const rows = claims.map(({ claim: text, found, held }) => `| ${text} | ${found} | ${held ? 'yes' : 'NO'} |`);
  return ['| must hold | found | holds |', '| --- | --- | --- |', ...rows].join('\n');
}
