/** What combinatorially symmetric cross-validation found. */
export interface BacktestOverfitting {
  /** PBO in [0, 1]: how often the trial that is best in sample is no better than the median out of sample. */
  readonly pbo: number;
  /** λ = ln(ω / (1 - ω)) of each combination, ω the relative rank out of sample of the best in sample. */
  readonly logits: Float64Array;
  readonly blocks: number;
  readonly trials: number;
  /** Rows that were used: the oldest few are left out where the blocks do not divide them. */
  readonly observations: number;
  /** Share of combinations in which the best in sample has a Sharpe ratio below 0 out of sample. */
  readonly lossProbability: number;
}

/** Bailey et al. use 16 blocks: 12 870 combinations. */
export const PBO_BLOCKS = 16;
const MOST_BLOCKS = 20;

/**
 * PBO by CSCV: the probability of backtest overfitting (Bailey, Borwein, López de Prado & Zhu, Journal of Computational
 * Finance 20, 2017). The rows are cut into `blocks` consecutive blocks of one size; every half of them is in sample once,
 * the other half out of sample. The trial with the largest Sharpe ratio in sample is ranked out of sample: ω = rank /
 * (trials + 1), and PBO is the share of combinations with ω below ½. Exactly ½ counts by half, and equal ratios share
 * their ranks, so that of trials without skill the mean is ½ whatever their number.
 *
 * Sums over rows are kept by block, and from one combination to the next two blocks change places, so that a
 * combination costs a few operations a trial whatever the number of rows.
 *
 * @param returns one series per trial, all on the same instants
 * @param blocks even, from 2 to 20, at most half as many as rows (a block must have a variance)
 * @returns null with fewer than two trials, where a return is not finite, or where the blocks do not fit
 */
export function backtestOverfitting(
  returns: readonly Float64Array[],
  blocks: number = PBO_BLOCKS,
): BacktestOverfitting | null {
  const rows = returns[0]?.length ?? 0;
  const isSound = returns.every((series) => series.length === rows && series.every(Number.isFinite));
  const isCut = blocks >= 2 && blocks <= MOST_BLOCKS && blocks % 2 === 0 && rows >= 2 * blocks;
  if (returns.length < 2 || !isSound || !isCut) return null;
  const cut = { blocks, size: Math.floor(rows / blocks), skip: rows % blocks };
  const { logits, losses } = judgeCombinations(blockSums(returns, cut), cut);
  const below = logits.reduce((count, logit) => count + (logit < 0 ? 1 : logit === 0 ? 0.5 : 0), 0);
  return {
    pbo: below / logits.length,
    logits,
    blocks,
    trials: returns.length,
    observations: cut.size * blocks,
    lossProbability: losses / logits.length,
  };
}

interface Cut {
  readonly blocks: number;
  /** Rows of a block. */
  readonly size: number;
  /** Rows left out at the start. */
  readonly skip: number;
}

/** Σr and Σr² of each trial, over some rows. */
interface Sums {
  readonly first: Float64Array;
  readonly second: Float64Array;
}

function blockSums(returns: readonly Float64Array[], { blocks, size, skip }: Cut): readonly Sums[] {
  return Array.from({ length: blocks }, (_, block) => {
    const from = skip + block * size;
    const over = (term: (value: number) => number): Float64Array =>
      Float64Array.from(returns, (series) => {
        let sum = 0;
        for (let row = from; row < from + size; row += 1) sum += term(series[row] ?? NaN);
        return sum;
      });
    return { first: over((value) => value), second: over((value) => value * value) };
  });
}

/** Block 0 stays in sample: each combination is judged together with its mirror image, in which it is out of sample. */
function judgeCombinations(sums: readonly Sums[], { blocks, size }: Cut): { logits: Float64Array; losses: number } {
  const masks = revolvingDoor(blocks - 1, blocks / 2 - 1).map((mask) => (mask << 1) | 1);
  const trials = sums[0]?.first.length ?? 0;
  const total = emptySums(trials);
  const inside = emptySums(trials);
  for (const block of sums) addSums(total, block, 1);
  const logits = new Float64Array(2 * masks.length);
  const ratios = { inside: new Float64Array(trials), outside: new Float64Array(trials) };
  let losses = 0;
  let before = 0;
  for (const [i, mask] of masks.entries()) {
    for (const [block, of] of sums.entries()) {
      if (((mask ^ before) >> block) & 1) addSums(inside, of, (mask >> block) & 1 ? 1 : -1);
    }
    before = mask;
    fillRatios(ratios, inside, total, (size * blocks) / 2);
    for (const [mirrored, [chosenOn, judgedOn]] of [
      [ratios.inside, ratios.outside] as const,
      [ratios.outside, ratios.inside] as const,
    ].entries()) {
      const reached = judgedOn[indexOfLargest(chosenOn)] ?? NaN;
      const relativeRank = rankOf(judgedOn, reached) / (trials + 1);
      logits[2 * i + mirrored] = Math.log(relativeRank / (1 - relativeRank));
      if (reached < 0) losses += 1;
    }
  }
  return { logits, losses };
}

/** Fills the Sharpe ratios of every trial over `inside`, and over the rest of `total`; 0 where nothing varies. */
function fillRatios(
  ratios: { readonly inside: Float64Array; readonly outside: Float64Array },
  inside: Sums,
  total: Sums,
  rows: number,
): void {
  for (let trial = 0; trial < ratios.inside.length; trial += 1) {
    const [first, second] = [inside.first[trial] ?? NaN, inside.second[trial] ?? NaN];
    ratios.inside[trial] = ratioOf(first, second, rows);
    ratios.outside[trial] = ratioOf((total.first[trial] ?? NaN) - first, (total.second[trial] ?? NaN) - second, rows);
  }
}

function ratioOf(first: number, second: number, rows: number): number {
  const variance = (second - (first * first) / rows) / (rows - 1);
  return variance > (1e-12 * second) / rows ? first / rows / Math.sqrt(variance) : 0;
}

/** 1 for the smallest; equal values share the mean of their ranks. */
function rankOf(values: Float64Array, reached: number): number {
  let [smaller, equal] = [0, 0];
  for (const value of values) {
    if (value < reached) smaller += 1;
    else if (value === reached) equal += 1;
  }
  return smaller + (equal + 1) / 2;
}

function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if ((values[i] ?? NaN) > (values[best] ?? NaN)) best = i;
  return best;
}

function emptySums(trials: number): Sums {
  return { first: new Float64Array(trials), second: new Float64Array(trials) };
}

function addSums(into: Sums, block: Sums, sign: 1 | -1): void {
  for (let trial = 0; trial < into.first.length; trial += 1) {
    into.first[trial] = (into.first[trial] ?? 0) + sign * (block.first[trial] ?? 0);
    into.second[trial] = (into.second[trial] ?? 0) + sign * (block.second[trial] ?? 0);
  }
}

/** All subsets of `chosen` of `count` elements as bit masks, each one swap away from the next (Nijenhuis & Wilf 1978). */
function revolvingDoor(count: number, chosen: number): readonly number[] {
  if (chosen === 0) return [0];
  if (chosen === count) return [(1 << count) - 1];
  const without = revolvingDoor(count - 1, chosen);
  const within = [...revolvingDoor(count - 1, chosen - 1)].reverse();
  return [...without, ...within.map((mask) => mask | (1 << (count - 1)))];
}
