import type { RubricCheck } from '../../domain/core/evaluation';
import { formatNumber, formatPercent } from '../format';

const OPPOSITES: readonly (readonly [asked: string, missed: string])[] = [
  ['>=', '<'],
  ['<=', '>'],
  ['≥', '<'],
  ['≤', '>'],
  ['>', '≤'],
  ['<', '≥'],
];

/** One production criterion in plain words, such as `does not pass: Sharpe 0.12 ≤ 0.8`. */
export function criterionText(check: RubricCheck): string {
  if (check.value === null)
    return `does not pass: ${check.name} has nothing to be judged on (asked: ${check.threshold})`;
  const isPercent = check.threshold.includes('%');
  const value = isPercent ? formatPercent(check.value) : formatNumber(check.value, 2);
  return check.passed
    ? `passes: ${check.name} ${value} ${unbroken(check.threshold)}`
    : `does not pass: ${check.name} ${value} ${unbroken(missedText(check.threshold))}`;
}

/** Number and unit stay on one line. */
function unbroken(text: string): string {
  return text.replaceAll(' %', '\u00a0%');
}

/** The threshold as it was missed: `> 0.8` becomes `≤ 0.8`; words that are no comparison are quoted. */
function missedText(threshold: string): string {
  const trimmed = threshold.trim();
  const found = OPPOSITES.find(([asked]) => trimmed.startsWith(asked));
  return found === undefined ? `(asked: ${trimmed})` : found[1] + trimmed.slice(found[0].length);
}
