import type { RubricCheck } from '../core/evaluation';

export type Grade = 'A' | 'B' | 'C' | 'D' | 'F';

export interface GradedFacts {
  readonly directionalAccuracy: number;
  readonly sharpe: number;
  readonly maxDrawdown: number;
}

const GRADE_STEPS = [
  { grade: 'A', directionalAccuracy: 0.7, sharpe: 3 },
  { grade: 'B', directionalAccuracy: 0.6, sharpe: 2 },
  { grade: 'C', directionalAccuracy: 0.55, sharpe: 1 },
] as const;
const D_ACCURACY = 0.52;
const RUINOUS_DRAWDOWN = 0.5;

/**
 * The directional rubric. Both numbers of a line must be met; on honest out-of-sample data with costs nearly every
 * model is graded D or F, and an A is a reason to look for a leak before it is a reason to trade.
 *
 * | grade | directional accuracy | Sharpe ratio | meaning |
 * | --- | --- | --- | --- |
 * | A | ≥ 70 % | ≥ 3 | far beyond what is published for liquid markets: suspect a leak first |
 * | B | ≥ 60 % | ≥ 2 | exceptional |
 * | C | ≥ 55 % | ≥ 1 | good |
 * | D | ≥ 52 % | > 0 | a weak edge that survives its costs |
 * | F | else, or a maximum drawdown above 50 % | | no edge, or one that nobody could have held |
 */
export function directionalGrade({ directionalAccuracy, sharpe, maxDrawdown }: GradedFacts): Grade {
  if (maxDrawdown > RUINOUS_DRAWDOWN) return 'F';
  const step = GRADE_STEPS.find((entry) => directionalAccuracy >= entry.directionalAccuracy && sharpe >= entry.sharpe);
  if (step !== undefined) return step.grade;
  return directionalAccuracy >= D_ACCURACY && sharpe > 0 ? 'D' : 'F';
}

/** The horizon for which the production criteria were set. */
const CRITERIA_HORIZON_BARS = 20;

/**
 * The production criteria: Sharpe ratio above 0.8, win rate above 50 %, maximum drawdown below 15 %, after costs. They
 * were set for labels of 20 bars; another horizon is held to the same numbers, and the name says so. Without a trade
 * there is nothing to judge: values are null and nothing is passed.
 */
export function productionCriteria(
  facts: { readonly sharpe: number; readonly winRate: number; readonly maxDrawdown: number; readonly trades: number },
  horizonBars: number,
): RubricCheck[] {
  const where =
    horizonBars === CRITERIA_HORIZON_BARS
      ? `${horizonBars}-bar horizon`
      : `${horizonBars}-bar horizon, criterion set for ${CRITERIA_HORIZON_BARS} bars`;
  const check = (name: string, threshold: string, value: number, passed: boolean): RubricCheck => ({
    name: `${name} (${where})`,
    threshold,
    value: facts.trades > 0 ? value : null,
    passed: facts.trades > 0 && passed,
  });
  return [
    check('Sharpe ratio', '> 0.8', facts.sharpe, facts.sharpe > 0.8),
    check('Win rate', '> 50 %', facts.winRate, facts.winRate > 0.5),
    check('Maximum drawdown', '< 15 %', facts.maxDrawdown, facts.maxDrawdown < 0.15),
  ];
}
