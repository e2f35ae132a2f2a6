import type { Metrics } from '../core/metric';

/** State of the art is 0.03 to 0.05; what is surely above this was not learnt from the past. */
const LEAK_COEFFICIENT = 0.1;
const FEW_TRADES = 30;

export interface WarningFacts {
  readonly metrics: Metrics;
  readonly trades: number;
  /** Whether P(up) - P(down) or the return is the same on every scored row, so that no rank correlation exists. */
  readonly hasRankCorrelation: boolean;
  /** Whether some row has both a direction forecast and a return other than 0. */
  readonly hasDirection: boolean;
  readonly isRuined: boolean;
}

/** What a reader must see before believing the numbers, as plain sentences. */
export function evaluationWarnings(facts: WarningFacts): string[] {
  const { informationCoefficient } = facts.metrics;
  const warnings: string[] = [];
  if (informationCoefficient.low !== null && informationCoefficient.low > LEAK_COEFFICIENT) {
    warnings.push(
      `The 95 % interval of the information coefficient starts at ${informationCoefficient.low.toFixed(3)}, above 0.10: ` +
        'an information coefficient this high means a leak. Look for a feature or label that sees the future.',
    );
  }
  if (!facts.hasRankCorrelation) {
    warnings.push(
      'The forecast or the outcome is the same on every test row, so there is no rank correlation; the information ' +
        'coefficient is given as 0.',
    );
  }
  if (!facts.hasDirection) {
    warnings.push('No test row has both a forecast direction and a return; directional accuracy is given as 0.');
  }
  if (facts.trades < FEW_TRADES) {
    warnings.push(
      `${facts.trades} ${facts.trades === 1 ? 'trade' : 'trades'} in the backtest: too few trades to judge (at least ${FEW_TRADES}).`,
    );
  }
  if (facts.isRuined) warnings.push('The backtest lost all of its capital and stopped trading.');
  return warnings;
}
