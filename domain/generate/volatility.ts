import type { RandomStream } from '../core/random';

/** GJR-GARCH(1,1) with mean 1: a falling bar raises the next variance more than a rising one. */
const ALPHA = 0.03;
const GAMMA = 0.06;
const BETA = 0.91;
const OMEGA = 1 - ALPHA - GAMMA / 2 - BETA;

/** Two Markov regimes; the factors multiply the standard deviation. */
const CALM = { factor: 0.75, leaveChance: 1 / 800 };
const TURBULENT = { factor: 1.7, leaveChance: 1 / 200 };

export interface VolatilityProcess {
  /** The standard deviation of the coming bar, relative to its long-run level (about 1), known before the bar. */
  current(): number;
  /** Moves on by one bar, given that bar's standardised return. */
  advance(standardisedReturn: number): void;
}

/**
 * Volatility that clusters: GJR-GARCH (Glosten, Jagannathan and Runkle, 1993) inside calm and turbulent regimes that
 * follow a Markov chain (Hamilton, 1989).
 */
export function createVolatility(random: RandomStream): VolatilityProcess {
  let variance = 1;
  let regime = CALM;
  return {
    current: () => regime.factor * Math.sqrt(variance),
    advance: (standardisedReturn) => {
      const leverage = standardisedReturn < 0 ? GAMMA : 0;
      variance = OMEGA + (ALPHA + leverage) * variance * standardisedReturn * standardisedReturn + BETA * variance;
      if (random.uniform() < regime.leaveChance) regime = regime === CALM ? TURBULENT : CALM;
    },
  };
}
