import { sliceBars } from '../../core/bars';
import { deriveSeed } from '../../core/random';
import { fail, ok, type Result } from '../../core/result';
import type { RowRange } from '../../core/rows';
import { spaceAround, type Candidate } from './candidate';
import { firstGeneration, nextGeneration, type Generations, type GeneticSettings, type Scored } from './generations';
import { judgeBarriers, type Judged } from './objective';

/** How the `labels.search` section of a run's configuration is searched by; what is looked for stands with what is judged. */
export interface SearchSettings extends GeneticSettings {
  /** Whether multiples that differ are looked for as well. */
  readonly asymmetric: boolean;
}

/** What is searched: the configured horizons, on the first training part. */
export interface SearchProblem {
  /** All rows may count; bars behind them are not looked at. */
  readonly judged: Omit<Judged, 'rows'>;
  /** The first training part. */
  readonly part: RowRange;
  readonly horizons: readonly Candidate[];
  readonly settings: SearchSettings;
  readonly seed: number;
}

/** Barriers with what they are worth where they were searched, and on the later rows that the search has not seen. */
export interface JudgedBarriers extends Candidate {
  readonly searched: number | null;
  readonly unseen: number | null;
}

/** What was found for one horizon. */
export interface FoundBarriers {
  /** The configured length, by which the horizon is named. */
  readonly horizonBars: number;
  readonly configured: JudgedBarriers;
  readonly symmetric: JudgedBarriers;
  /** null where none were looked for. */
  readonly asymmetric: JudgedBarriers | null;
  readonly taken: 'symmetric' | 'asymmetric';
}

/** Where the search stands, small JSON. */
export interface BarrierSearch {
  readonly found: readonly FoundBarriers[];
  /** Generations done over all horizons. */
  readonly generationsDone: number;
  /** Of the horizon under way: the best symmetric barriers once they are known, and the generations of what is looked for now. */
  readonly symmetric: Scored | null;
  readonly generations: Generations | null;
}

/** Of the first training part: its last quarter is not searched and tells what the found barriers are worth. */
const UNSEEN_SHARE = 0.25;

export const EMPTY_SEARCH: BarrierSearch = { found: [], generationsDone: 0, symmetric: null, generations: null };

/** Generations of a whole search. */
export function plannedGenerations({ horizons, settings }: Pick<SearchProblem, 'horizons' | 'settings'>): number {
  return horizons.length * settings.generations * (settings.asymmetric ? 2 : 1);
}

export function isOver({ found }: BarrierSearch, { horizons }: Pick<SearchProblem, 'horizons'>): boolean {
  return found.length >= horizons.length;
}

/**
 * One generation further. For each horizon in turn symmetric barriers are searched and then, where they are asked for, such
 * that differ, the best symmetric ones among them. Differing ones are taken only where they are worth more on rows that
 * neither search has seen: the last quarter of the first training part, of which the longest label's bars are left out
 * before it and at its end, so that no label of one reaches into the other. Everything outside that part stays unseen, in
 * every scheme of splits.
 *
 * Only the problem and the state decide what comes next. Gives InvalidLabels where no candidate of a horizon has enough
 * labels of both sides.
 */
export function continueSearch(search: BarrierSearch, problem: SearchProblem): Result<BarrierSearch> {
  const horizon = problem.horizons[search.found.length];
  if (horizon === undefined) return ok(search);
  const { settings } = problem;
  const { searchedRows } = partsOf(problem);
  const space = spaceAround(horizon, search.symmetric === null);
  const score = (candidate: Candidate): number | null => judge(problem, searchedRows, candidate);
  const kind = search.symmetric === null ? 'symmetric' : 'asymmetric';
  const known = search.symmetric === null ? [horizon] : [search.symmetric.candidate, horizon];
  const seed = deriveSeed(problem.seed, 'barriers', horizon.bars, kind);
  const generations =
    search.generations === null
      ? firstGeneration(space, known, settings, seed, score)
      : nextGeneration(search.generations, space, settings, score);
  const generationsDone = search.generationsDone + 1;
  if (generations.done < settings.generations) return ok({ ...search, generationsDone, generations });

  const best = generations.population[0];
  if (best === undefined || best.score === null) return noBarriers(horizon, problem);
  if (search.symmetric === null && settings.asymmetric) {
    return ok({ ...search, generationsDone, symmetric: best, generations: null });
  }
  const [symmetric, asymmetric] = search.symmetric === null ? [best, null] : [search.symmetric, best];
  const found = [...search.found, foundBarriers(problem, horizon, symmetric.candidate, asymmetric?.candidate ?? null)];
  return ok({ found, generationsDone, symmetric: null, generations: null });
}

/** The barriers that labels are made with. */
export function takenBarriers({ symmetric, asymmetric, taken }: FoundBarriers): Candidate {
  const { bars, upAtr, downAtr } = taken === 'asymmetric' && asymmetric !== null ? asymmetric : symmetric;
  return { bars, upAtr, downAtr };
}

function foundBarriers(
  problem: SearchProblem,
  horizon: Candidate,
  symmetric: Candidate,
  asymmetric: Candidate | null,
): FoundBarriers {
  const { searchedRows, unseenRows } = partsOf(problem);
  const judged = (candidate: Candidate): JudgedBarriers => ({
    ...candidate,
    searched: judge(problem, searchedRows, candidate),
    unseen: judge(problem, unseenRows, candidate),
  });
  const [even, uneven] = [judged(symmetric), asymmetric === null ? null : judged(asymmetric)];
  const wins = uneven?.unseen != null && even.unseen !== null && uneven.unseen > even.unseen;
  return {
    horizonBars: horizon.bars,
    configured: judged({ bars: horizon.bars, upAtr: horizon.upAtr, downAtr: horizon.downAtr }),
    symmetric: even,
    asymmetric: uneven,
    taken: wins ? 'asymmetric' : 'symmetric',
  };
}

function judge({ judged }: SearchProblem, rows: RowRange, candidate: Candidate): number | null {
  // Nothing behind the rows and their longest label is handed over: it could not be looked at by mistake.
  return judgeBarriers({ ...judged, bars: sliceBars(judged.bars, 0, rows[1] + candidate.bars), rows }, candidate);
}

function partsOf({ part: [from, to], horizons }: SearchProblem): { searchedRows: RowRange; unseenRows: RowRange } {
  const longest = horizons.reduce((most, { bars }) => Math.max(most, bars), 0);
  const border = to - Math.floor((to - from) * UNSEEN_SHARE);
  return {
    searchedRows: [from, Math.max(from, border - longest)],
    unseenRows: [border, Math.max(border, to - longest)],
  };
}

function noBarriers(horizon: Candidate, problem: SearchProblem): Result<never> {
  const [from, to] = problem.part;
  const { multiple, bars } = spaceAround(horizon, true);
  return fail(
    'InvalidLabels',
    `No barriers of the horizon of ${horizon.bars} bars leave enough labels of both sides on the ${to - from} rows of the ` +
      `first training part (multiples of ${multiple[0]} to ${multiple[1]} ATR, ${bars[0]} to ${bars[1]} bars were tried); ` +
      'lengthen that part, give other horizons, or turn labels.search off',
    { horizonBars: horizon.bars, rows: to - from },
  );
}
