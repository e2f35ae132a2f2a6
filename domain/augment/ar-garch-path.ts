import type { BarColumns } from '../core/bars';
import type { RandomStream } from '../core/random';
import { ok, type Result } from '../core/result';
import { filterArGarch, fitArGarch, type ArGarch, type ArGarchFilter } from './ar-garch';
import { chainBars, logReturns, type BarShapes, type DrawnShape } from './bar-shapes';
import { dayTimes, seasonOf } from './day-times';

/** Of the training bars whose innovations are nearest, one is taken for its shape. */
const NEIGHBOURS = 16;
/** Bars that the model runs before the first one that counts, so that it forgets what it began with. */
const BURN_IN = 500;

/**
 * Bars whose closes follow an AR(1)-GARCH(1,1) fitted on the training returns. The season of the day is taken out of the
 * returns before the fit and put back after it (Andersen & Bollerslev 1997). The rest of a bar (gap, wicks, volume) is
 * that of a training bar whose innovation was about as large, scaled by what the model says of volatility now and then.
 *
 * @returns the faults of `fitArGarch`
 */
export function simulateArGarch(shapes: BarShapes, random: RandomStream): Result<BarColumns> {
  const times = dayTimes(shapes.time);
  const returns = logReturns(shapes);
  const square = seasonOf(
    returns.map((value) => value * value),
    times,
  );
  const season = square.map(Math.sqrt);
  const volumeSeason = seasonOf(shapes.volumeRatio, times);
  const plain = returns.map((value, i) => value / (season[i] ?? 1));
  const fitted = fitArGarch(plain);
  if (!fitted.ok) return fitted;
  const filter = filterArGarch(plain, fitted.value);
  const nextMove = moves(fitted.value, random);
  for (let i = 0; i < BURN_IN; i += 1) nextMove();
  const nearest = neighboursBy(filter, random);
  return ok(
    chainBars(shapes, (slot): DrawnShape => {
      const { move, innovation, deviation } = nextMove();
      const at = nearest(innovation);
      const scale = (deviation * (season[slot] ?? 1)) / ((filter.deviation[at - 1] ?? NaN) * (season[at] ?? 1));
      const gap = scale * (shapes.gap[at] ?? NaN);
      return {
        gap,
        body: move * (season[slot] ?? 1) - gap,
        above: scale * (shapes.above[at] ?? NaN),
        below: scale * (shapes.below[at] ?? NaN),
        volumeRatio: ((shapes.volumeRatio[at] ?? NaN) * (volumeSeason[slot] ?? 1)) / (volumeSeason[at] ?? 1),
      };
    }),
  );
}

interface Move {
  readonly move: number;
  readonly innovation: number;
  readonly deviation: number;
}

/** One return of the model after another, begun at its long-run mean and variance. */
export function moves(model: ArGarch, random: RandomStream): () => Move {
  const { constant, ar, omega, alpha, beta, degrees } = model;
  let variance = omega / (1 - alpha - beta);
  let before = constant / (1 - ar);
  return () => {
    const innovation = studentT(degrees, random) * Math.sqrt((degrees - 2) / degrees);
    const deviation = Math.sqrt(variance);
    const residual = deviation * innovation;
    before = constant + ar * before + residual;
    variance = omega + alpha * residual * residual + beta * variance;
    return { move: before, innovation, deviation };
  };
}

/** A draw of Student's t distribution by Bailey's polar method (1994). */
function studentT(degrees: number, random: RandomStream): number {
  const radius = degrees * ((1 - random.uniform()) ** (-2 / degrees) - 1);
  return Math.sqrt(radius) * Math.cos(2 * Math.PI * random.uniform());
}

/** Finds a training bar by its innovation; never the first bar, which has none. */
function neighboursBy({ innovation }: ArGarchFilter, random: RandomStream): (wanted: number) => number {
  const order = Int32Array.from(innovation, (_, i) => i).sort((a, b) => (innovation[a] ?? 0) - (innovation[b] ?? 0));
  const among = Math.min(NEIGHBOURS, order.length);
  return (wanted) => {
    let [low, high] = [0, order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((innovation[order[middle] ?? 0] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    const first = Math.min(Math.max(0, low - among / 2), order.length - among);
    return (order[Math.floor(first) + random.integer(among)] ?? 0) + 1;
  };
}
