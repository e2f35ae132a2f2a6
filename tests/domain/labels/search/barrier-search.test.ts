import { deriveSeed, randomFromSeed } from '../../../../domain/core/random';
import {
  EMPTY_SEARCH,
  continueSearch,
  isOver,
  plannedGenerations,
  takenBarriers,
  type BarrierSearch,
  type SearchProblem,
} from '../../../../domain/labels/search/barrier-search';
import { inSpace, mutated, randomCandidate, spaceAround } from '../../../../domain/labels/search/candidate';
import { firstGeneration, nextGeneration, type Score } from '../../../../domain/labels/search/generations';
import { judgeBarriers } from '../../../../domain/labels/search/objective';
import { barrierSearchSchema } from '../../../../shared/contracts/barriers';
import { barsOf, type Ohlc } from '../support';

/** A walk whose bars reach further up than down where `lean` is above 0. */
function walk(count: number, seed: number, lean = 0) {
  const random = randomFromSeed(seed);
  let close = 1_000;
  return barsOf(
    Array.from({ length: count }, (): Ohlc => {
      const open = close;
      close = Math.max(100, open + 2 * random.normal() + lean);
      return [open, Math.max(open, close) + random.uniform(), Math.min(open, close) - random.uniform(), close];
    }),
  );
}

const SETTINGS = { population: 10, generations: 4, elite: 2, mutation: 0.4, asymmetric: true };
function problemOf(changes: Partial<SearchProblem> = {}): SearchProblem {
  const bars = walk(1_500, 1);
  return {
    judged: { bars, atrPeriod: 14, timeouts: 'class', objective: 'balance', costBps: 2 },
    part: [0, 1_500],
    horizons: [
      { bars: 12, upAtr: 2, downAtr: 2 },
      { bars: 24, upAtr: 4, downAtr: 3 },
    ],
    settings: SETTINGS,
    seed: 5,
    ...changes,
  };
}

function step(search: BarrierSearch, problem: SearchProblem): BarrierSearch {
  const next = continueSearch(search, problem);
  if (!next.ok) throw new Error(next.fault.message);
  return next.value;
}

function wholeSearch(problem: SearchProblem, from = EMPTY_SEARCH): BarrierSearch {
  let search = from;
  while (!isOver(search, problem)) search = step(search, problem);
  return search;
}

describe('what barriers are worth', () => {
  /** Sixty labels of one bar each, 60 % up by 2 and 40 % down by 2, ATR 4. */
  const flat: Ohlc = [100, 102, 98, 100];
  const labelled = barsOf(Array.from({ length: 64 }, (): Ohlc => flat));
  const judged = { bars: labelled, rows: [0, 62], atrPeriod: 2, timeouts: 'class', costBps: 5 } as const;

  it('null where no side has its share: all labels time out', () => {
    expect(judgeBarriers({ ...judged, objective: 'balance' }, { bars: 1, upAtr: 2, downAtr: 2 })).toBeNull();
  });

  it('null on fewer than fifty labels', () => {
    const bars = walk(1_500, 3);
    const of = (to: number) =>
      judgeBarriers(
        { ...judged, bars, rows: [14, to], atrPeriod: 14, objective: 'balance' },
        { bars: 8, upAtr: 1.5, downAtr: 1.5 },
      );
    expect(of(14 + 40)).toBeNull();
    expect(of(14 + 400)).toBeGreaterThan(0.5);
  });

  it('bars that offer too little do not count', () => {
    const judge = (minReturnBps: number) =>
      judgeBarriers(
        { ...judged, bars: walk(1_500, 3), rows: [14, 1_400], atrPeriod: 14, objective: 'uniqueness', minReturnBps },
        { bars: 8, upAtr: 1.5, downAtr: 1.5 },
      );
    expect(judge(10_000)).toBeNull();
    expect(judge(0)).not.toBeNull();
  });

  it('uniqueness is 1 where no label overlaps another, and far less where many do', () => {
    // One watched bar: every label lives in one bar of its own.
    const bars = walk(1_500, 4);
    const alone = judgeBarriers(
      { ...judged, bars, rows: [0, 1_400], atrPeriod: 14, objective: 'uniqueness' },
      { bars: 1, upAtr: 0.5, downAtr: 0.5 },
    );
    expect(alone).toBeCloseTo(1, 12);
    const longer = judgeBarriers(
      { ...judged, bars, rows: [0, 1_400], atrPeriod: 14, objective: 'uniqueness' },
      { bars: 10, upAtr: 2, downAtr: 2 },
    );
    expect(longer).toBeLessThan(0.4);
  });

  it('expectancy falls by the costs of both sides over the bars held', () => {
    const bars = walk(1_500, 4);
    const candidate = { bars: 1, upAtr: 0.4, downAtr: 0.4 };
    const of = (costBps: number) =>
      judgeBarriers(
        { ...judged, bars, rows: [0, 1_400], atrPeriod: 14, timeouts: 'sign', objective: 'expectancy', costBps },
        candidate,
      )!;
    // Every label is held for one bar.
    expect(of(0) - of(5)).toBeCloseTo(2 * 5e-4, 10);
  });

  it('looks at no bar behind the rows and their longest label', () => {
    const bars = walk(1_500, 6);
    const spoilt = { ...bars, high: bars.high.map((value, row) => (row >= 1_010 ? 1e6 : value)) };
    const candidate = { bars: 10, upAtr: 2, downAtr: 2 };
    const of = (given: typeof bars) =>
      judgeBarriers({ ...judged, bars: given, rows: [0, 1_000], atrPeriod: 14, objective: 'balance' }, candidate);
    expect(of(spoilt)).toBe(of(bars));
    expect(of(bars)).not.toBeNull();
  });
});

describe('candidates', () => {
  it('stay in their space, symmetric ones symmetric, lengths never above the configured one', () => {
    const random = randomFromSeed(2);
    for (const symmetric of [true, false]) {
      const space = spaceAround({ bars: 20, upAtr: 2, downAtr: 3 }, symmetric);
      expect(space).toMatchObject({ bars: [5, 20], multiple: [0.7, 9] });
      for (let i = 0; i < 500; i += 1) {
        const one = mutated(randomCandidate(space, random), space, 1, random);
        expect(inSpace(one, space)).toEqual(one);
        expect(one.bars).toBeLessThanOrEqual(20);
        if (symmetric) expect(one.upAtr).toBe(one.downAtr);
      }
    }
  });
});

describe('generations', () => {
  const space = spaceAround({ bars: 40, upAtr: 2, downAtr: 2 }, false);
  const hill: Score = ({ bars, upAtr, downAtr }) => -((bars - 30) ** 2) / 100 - (upAtr - 3) ** 2 - (downAtr - 1) ** 2;

  it('never lose their best, and climb', () => {
    let now = firstGeneration(space, [], SETTINGS, 9, hill);
    const first = now.population[0]!.score!;
    for (let i = 0; i < 40; i += 1) {
      const next = nextGeneration(now, space, SETTINGS, hill);
      expect(next.population).toHaveLength(SETTINGS.population);
      expect(next.population[0]!.score!).toBeGreaterThanOrEqual(now.population[0]!.score!);
      now = next;
    }
    expect(now.population[0]!.score!).toBeGreaterThan(first);
    expect(now.population[0]!.score!).toBeGreaterThan(-0.2);
  });

  it('score nobody twice within a generation and its parents', () => {
    let asked = 0;
    const counted: Score = (candidate) => ((asked += 1), hill(candidate));
    const still = { ...SETTINGS, mutation: 0 };
    const first = firstGeneration(space, [], still, 9, counted);
    const before = asked;
    nextGeneration({ ...first, population: first.population.map(() => first.population[0]!) }, space, still, counted);
    expect(asked).toBe(before);
  });
});

describe('the search of barriers', () => {
  const problem = problemOf();
  const undisturbed = wholeSearch(problem);

  it('spends its budget and no more: generations of each horizon, twice where asymmetric ones are looked for', () => {
    expect(undisturbed.generationsDone).toBe(plannedGenerations(problem));
    expect(plannedGenerations(problem)).toBe(16);
    expect(undisturbed.found.map(({ horizonBars }) => horizonBars)).toEqual([12, 24]);
  });

  it('finds barriers that are worth at least what the configured ones are, where it searched', () => {
    for (const { configured, symmetric, asymmetric } of undisturbed.found) {
      if (configured.upAtr === configured.downAtr)
        expect(symmetric.searched!).toBeGreaterThanOrEqual(configured.searched!);
      expect(asymmetric!.searched!).toBeGreaterThanOrEqual(symmetric.searched!);
    }
  });

  it('takes multiples that differ only where they win on rows that it has not seen', () => {
    const searches = [1, 2, 3, 4, 5, 6].map((seed) =>
      wholeSearch(problemOf({ seed, judged: { ...problem.judged, bars: walk(1_500, seed, 0.15) } })),
    );
    const taken = searches.flatMap(({ found }) => found);
    for (const found of taken) {
      const wins = found.asymmetric!.unseen! > found.symmetric.unseen!;
      expect(found.taken).toBe(wins ? 'asymmetric' : 'symmetric');
      const { bars, upAtr, downAtr } = wins ? found.asymmetric! : found.symmetric;
      expect(takenBarriers(found)).toEqual({ bars, upAtr, downAtr });
    }
    expect(new Set(taken.map((found) => found.taken)).size).toBe(2);
  });

  it('goes on from any generation, written as JSON and read again, to the same end', () => {
    for (let stop = 1; stop < plannedGenerations(problem); stop += 1) {
      let search = EMPTY_SEARCH;
      for (let i = 0; i < stop; i += 1) search = step(search, problem);
      const read = barrierSearchSchema.parse(JSON.parse(JSON.stringify(search)));
      expect(JSON.stringify(wholeSearch(problem, read))).toBe(JSON.stringify(undisturbed));
    }
  });

  it('is another one with another seed, and looks at nothing behind the first training part', () => {
    expect(wholeSearch(problemOf({ seed: deriveSeed(5, 'other') }))).not.toEqual(undisturbed);
    const part = [0, 1_200] as const;
    const { bars } = problem.judged;
    const spoilt = { ...bars, low: bars.low.map((value, row) => (row >= 1_200 ? 1 : value)) };
    const within = wholeSearch(problemOf({ part }));
    expect(wholeSearch(problemOf({ part, judged: { ...problem.judged, bars: spoilt } }))).toEqual(within);
  });

  it('says so where no candidate leaves enough labels of both sides', () => {
    const still = barsOf(Array.from({ length: 600 }, (): Ohlc => [100, 100.1, 99.9, 100]));
    const failed = continueSearch(
      EMPTY_SEARCH,
      problemOf({
        part: [0, 600],
        judged: { ...problem.judged, bars: still },
        settings: { ...SETTINGS, generations: 1 },
      }),
    );
    expect(failed.ok ? '' : failed.fault.message).toMatch(
      /^No barriers of the horizon of 12 bars leave enough labels of both sides on the 600 rows/,
    );
  });
});
