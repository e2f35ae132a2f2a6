import { isFound, type DiagnosedTarget } from '../shared/contracts/diagnosis';
import { formatDay } from './format';

/** The breaks of a target's mean and variance on the first training part, as a clause; null where none is found. */
export function targetBreakText({ meanBreak, varianceBreak }: DiagnosedTarget): string | null {
  const found = [
    ...(isFound(meanBreak) ? [`mean about ${formatDay(meanBreak?.atMs ?? null)}`] : []),
    ...(isFound(varianceBreak) ? [`variance about ${formatDay(varianceBreak?.atMs ?? null)}`] : []),
  ];
  return found.length === 0 ? null : found.join(' and its ');
}
