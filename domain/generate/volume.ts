import type { RandomStream } from '../core/random';

/** Log volume departs from its pattern slowly (persistent) and from bar to bar (noise). */
const PERSISTENCE = 0.92;
const PERSISTENT_DEVIATION = 0.35;
const NOISE_DEVIATION = 0.3;

/**
 * Volume of bar after bar, in whole units and at least 1: the usual volume of the bar, more when volatility is high and
 * when the bar moved far, times slow and quick fluctuations. It says nothing about the direction of prices.
 */
export function createVolume(random: RandomStream): (usualVolume: number, volatility: number, move: number) => number {
  const step = PERSISTENT_DEVIATION * Math.sqrt(1 - PERSISTENCE * PERSISTENCE);
  let level = 0;
  return (usualVolume, volatility, move) => {
    level = PERSISTENCE * level + step * random.normal();
    const activity = volatility * (0.6 + 0.5 * Math.abs(move));
    return Math.max(1, Math.round(usualVolume * activity * Math.exp(level + NOISE_DEVIATION * random.normal())));
  };
}
