import type { RandomStream } from '../core/random';

/** How much of the signal lives on from bar to bar when no signal acts on returns; a half-life of about four bars. */
const PERSISTENCE = 0.85;

/** Innovations are a mixture of two normals with unit variance and a kurtosis of about 7: fat tails. */
const WIDE_CHANCE = 0.08;
const WIDE_VARIANCE = 5;
const NARROW_VARIANCE = (1 - WIDE_CHANCE * WIDE_VARIANCE) / (1 - WIDE_CHANCE);
const WIDE_DEVIATION = Math.sqrt(WIDE_VARIANCE);
const NARROW_DEVIATION = Math.sqrt(NARROW_VARIANCE);

export interface SignalProcess {
  /** The planted signal after the last bar: mean 0, variance 1. */
  current(): number;
  /** Draws the next bar's standardised return (mean 0, variance 1) and moves the signal on with it. */
  next(): number;
}

/**
 * Short-term mean reversion of known strength. With s the signal, z the standardised return and e a fat-tailed
 * innovation, all of unit variance:
 *
 *     z[t+1] = ρ s[t] + sqrt(1 - ρ²) e[t+1]        s[t+1] = φ s[t] - k z[t+1]
 *
 * k = φρ + sqrt(φ²ρ² + 1 - φ²) keeps the variance of s at 1 (put the first equation into the second and solve for k), so
 * that corr(s[t], z[t+1]) is ρ exactly, and s is an AR(1) with coefficient φ - kρ. As s[t] is a weighted sum of past
 * standardised returns it can be seen in the bars: RSI, distances from moving averages and past returns measure it.
 * Returns then have an autocorrelation of ρ (φρ - k) at lag 1, about -0.05 at ρ = 0.08; without signal they have none.
 */
export function createSignal(strength: number, random: RandomStream): SignalProcess {
  const noiseScale = Math.sqrt(1 - strength * strength);
  const reaction = PERSISTENCE * strength + Math.sqrt(PERSISTENCE ** 2 * strength ** 2 + 1 - PERSISTENCE ** 2);
  let signal = random.normal();
  return {
    current: () => signal,
    next: () => {
      const deviation = random.uniform() < WIDE_CHANCE ? WIDE_DEVIATION : NARROW_DEVIATION;
      const standardisedReturn = strength * signal + noiseScale * deviation * random.normal();
      signal = PERSISTENCE * signal - reaction * standardisedReturn;
      return standardisedReturn;
    },
  };
}
