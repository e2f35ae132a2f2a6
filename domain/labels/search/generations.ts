import { randomFromSeed, randomFromState, type RandomState } from '../../core/random';
import {
  candidateKey,
  crossed,
  inSpace,
  mutated,
  randomCandidate,
  type Candidate,
  type SearchSpace,
} from './candidate';

/** How a genetic search is done: `population · generations` candidates are its budget. */
export interface GeneticSettings {
  readonly population: number;
  readonly generations: number;
  /** The best of a generation that live on as they are. */
  readonly elite: number;
  /** Probability that a gene moves. */
  readonly mutation: number;
}

/** A candidate and what it is worth; null: not to be used (too few labels, a class that is all but missing). */
export interface Scored {
  readonly candidate: Candidate;
  readonly score: number | null;
}

/** Where a search stands, small JSON: the next generation depends on this and on how candidates are scored, on nothing else. */
export interface Generations {
  /** Generations scored so far. */
  readonly done: number;
  /** The last one, the best first. */
  readonly population: readonly Scored[];
  readonly random: RandomState;
}

export type Score = (candidate: Candidate) => number | null;

/** The first generation: `known` candidates and random ones. */
export function firstGeneration(
  space: SearchSpace,
  known: readonly Candidate[],
  { population }: GeneticSettings,
  seed: number,
  score: Score,
): Generations {
  const random = randomFromSeed(seed);
  const given = known.slice(0, population).map((candidate) => inSpace(candidate, space));
  const drawn = Array.from({ length: population - given.length }, () => randomCandidate(space, random));
  return { done: 1, population: scored([...given, ...drawn], [], score), random: random.state() };
}

/**
 * The next generation: the elite as it is, the rest children of parents that won a tournament of two each, crossed gene by
 * gene and mutated. Source: Goldberg, Genetic Algorithms in Search, Optimization and Machine Learning (1989), ch. 1–3.
 */
export function nextGeneration(
  { done, population, random: state }: Generations,
  space: SearchSpace,
  settings: GeneticSettings,
  score: Score,
): Generations {
  const random = randomFromState(state);
  // The best come first, so the lower of two places wins.
  const winner = (): Candidate | undefined =>
    population[Math.min(random.integer(population.length), random.integer(population.length))]?.candidate;
  const elite = population.slice(0, settings.elite).map(({ candidate }) => candidate);
  const children: Candidate[] = [];
  while (elite.length + children.length < settings.population) {
    const [one, other] = [winner(), winner()];
    if (one === undefined || other === undefined) break;
    children.push(mutated(crossed(one, other, random), space, settings.mutation, random));
  }
  return { done: done + 1, population: scored([...elite, ...children], population, score), random: random.state() };
}

/** What is known already is not scored again, and nothing twice. The best first; the earlier one where two are as good. */
function scored(candidates: readonly Candidate[], known: readonly Scored[], score: Score): readonly Scored[] {
  const scores = new Map(known.map((one) => [candidateKey(one.candidate), one.score]));
  for (const candidate of candidates) {
    const key = candidateKey(candidate);
    if (!scores.has(key)) scores.set(key, score(candidate));
  }
  const rank = ({ score: value }: Scored): number => value ?? -Infinity;
  return candidates
    .map((candidate) => ({ candidate, score: scores.get(candidateKey(candidate)) ?? null }))
    .sort((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)));
}
