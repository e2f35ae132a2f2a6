import type { RandomStream } from '../../core/random';

/** The barriers of one horizon as the search tries them. */
export interface Candidate {
  readonly bars: number;
  readonly upAtr: number;
  readonly downAtr: number;
}

/** Within what the barriers of one horizon are looked for. */
export interface SearchSpace {
  readonly bars: readonly [least: number, most: number];
  readonly multiple: readonly [least: number, most: number];
  /** Both multiples are the same. */
  readonly symmetric: boolean;
}

/** Multiples are told in steps of a twentieth of an ATR: finer ones are noise, and nobody can read them. */
const STEPS_PER_ATR = 20;
/** Multiples from a third to three times the configured ones. */
const REACH = 3;
/** A label shorter than a quarter of its horizon would be another horizon. */
const LEAST_LENGTH = 0.25;
/** Standard deviation of a mutation, as a share of the space. */
const MUTATION_WIDTH = 0.15;

/**
 * The space around the configured barriers. Lengths never exceed the configured one: whatever is found, the horizon keeps its
 * name, and purging and boundaries, which hang on the longest label, stay where they are.
 */
export function spaceAround({ bars, upAtr, downAtr }: Candidate, symmetric: boolean): SearchSpace {
  const [least, most] = [Math.min(upAtr, downAtr) / REACH, Math.max(upAtr, downAtr) * REACH];
  return {
    bars: [Math.max(1, Math.ceil(bars * LEAST_LENGTH)), bars],
    multiple: [
      Math.max(1, Math.ceil(least * STEPS_PER_ATR)) / STEPS_PER_ATR,
      Math.ceil(most * STEPS_PER_ATR) / STEPS_PER_ATR,
    ],
    symmetric,
  };
}

/** The nearest candidate that the space has. */
export function inSpace({ bars, upAtr, downAtr }: Candidate, space: SearchSpace): Candidate {
  const multiple = (value: number): number =>
    clamp(Math.round(value * STEPS_PER_ATR) / STEPS_PER_ATR, space.multiple[0], space.multiple[1]);
  const length = clamp(Math.round(bars), space.bars[0], space.bars[1]);
  if (space.symmetric) {
    const both = multiple((upAtr + downAtr) / 2);
    return { bars: length, upAtr: both, downAtr: both };
  }
  return { bars: length, upAtr: multiple(upAtr), downAtr: multiple(downAtr) };
}

export function randomCandidate(space: SearchSpace, random: RandomStream): Candidate {
  const between = ([least, most]: readonly [number, number]): number => least + (most - least) * random.uniform();
  const [bars, upAtr, downAtr] = [between(space.bars), between(space.multiple), between(space.multiple)];
  return inSpace({ bars, upAtr, downAtr: space.symmetric ? upAtr : downAtr }, space);
}

/** Takes each gene from either parent. */
export function crossed(one: Candidate, other: Candidate, random: RandomStream): Candidate {
  const either = <T>(a: T, b: T): T => (random.uniform() < 0.5 ? a : b);
  return {
    bars: either(one.bars, other.bars),
    upAtr: either(one.upAtr, other.upAtr),
    downAtr: either(one.downAtr, other.downAtr),
  };
}

/** Moves each gene with probability `rate`. */
export function mutated(
  { bars, upAtr, downAtr }: Candidate,
  space: SearchSpace,
  rate: number,
  random: RandomStream,
): Candidate {
  const moved = (value: number, [least, most]: readonly [number, number]): number =>
    random.uniform() < rate ? value + MUTATION_WIDTH * (most - least) * random.normal() : value;
  const [length, up, down] = [moved(bars, space.bars), moved(upAtr, space.multiple), moved(downAtr, space.multiple)];
  return inSpace({ bars: length, upAtr: up, downAtr: space.symmetric ? up : down }, space);
}

/** The same for the same barriers. */
export function candidateKey({ bars, upAtr, downAtr }: Candidate): string {
  return `${bars}/${upAtr}/${downAtr}`;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
