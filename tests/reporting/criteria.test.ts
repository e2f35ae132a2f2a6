import { criterionText } from '../../reporting/sections/criteria';

describe('a production criterion in words', () => {
  it.each([
    ['Sharpe', '> 0.8', 0.12, false, 'does not pass: Sharpe 0.12 ≤ 0.8'],
    ['Sharpe', '> 0.8', 1.02, true, 'passes: Sharpe 1.02 > 0.8'],
    ['maximum drawdown', '< 15 %', 0.223, false, 'does not pass: maximum drawdown 22.3 % ≥ 15\u00a0%'],
    ['win rate', '>= 50 %', 0.4, false, 'does not pass: win rate 40.0 % < 50\u00a0%'],
    ['trades', 'enough', 3, false, 'does not pass: trades 3.00 (asked: enough)'],
    ['win rate', '> 50 %', null, false, 'does not pass: win rate has nothing to be judged on (asked: > 50 %)'],
  ] as const)('%s %s at %s', (name, threshold, value, passed, words) => {
    expect(criterionText({ name, threshold, value, passed })).toBe(words);
  });
});
