import { directionalGrade, productionCriteria } from '../../../domain/evaluate/rubrics';

describe('directionalGrade', () => {
  it.each([
    [0.7, 3, 0.1, 'A'],
    [0.7, 2.99, 0.1, 'B'],
    [0.6999, 3, 0.1, 'B'],
    [0.6, 2, 0.1, 'B'],
    [0.9, 1.5, 0.1, 'C'],
    [0.55, 1, 0.5, 'C'],
    [0.54, 5, 0.1, 'D'],
    [0.52, 0.01, 0.1, 'D'],
    [0.9, 0, 0.1, 'F'],
    [0.519, 5, 0.1, 'F'],
    [0.9, 5, 0.501, 'F'],
    [0, 0, 0, 'F'],
  ])('accuracy %d, Sharpe %d, drawdown %d: %s', (directionalAccuracy, sharpe, maxDrawdown, grade) => {
    expect(directionalGrade({ directionalAccuracy, sharpe, maxDrawdown })).toBe(grade);
  });
});

describe('productionCriteria', () => {
  const passedOf = (sharpe: number, winRate: number, maxDrawdown: number) =>
    productionCriteria({ sharpe, winRate, maxDrawdown, trades: 100 }, 20).map(({ passed }) => passed);

  it('asks for more than 0.8, more than 50 % and less than 15 %', () => {
    expect(passedOf(0.81, 0.51, 0.149)).toEqual([true, true, true]);
    expect(passedOf(0.8, 0.5, 0.15)).toEqual([false, false, false]);
    expect(passedOf(0.81, 0.4, 0.149)).toEqual([true, false, true]);
  });

  it('names each check with its horizon and keeps its value', () => {
    const at = (horizonBars: number) => productionCriteria({ sharpe: 1, winRate: 0.6, maxDrawdown: 0.1, trades: 40 }, horizonBars); // prettier-ignore
    expect(at(20)[0]).toEqual({ name: 'Sharpe ratio (20-bar horizon)', threshold: '> 0.8', value: 1, passed: true });
    expect(at(60)[2]).toEqual({
      name: 'Maximum drawdown (60-bar horizon, criterion set for 20 bars)',
      threshold: '< 15 %',
      value: 0.1,
      passed: true,
    });
  });

  it('passes nothing without a trade', () => {
    const idle = productionCriteria({ sharpe: 0, winRate: 0, maxDrawdown: 0, trades: 0 }, 20);
    expect(idle.map(({ value, passed }) => [value, passed])).toEqual([[null, false], [null, false], [null, false]]); // prettier-ignore
  });
});
