import { createAtr, trueRange } from '../../../domain/core/atr';

describe('trueRange', () => {
  it('counts the jump from the previous close in both directions', () => {
    expect(trueRange(12, 10, 11)).toBe(2);
    expect(trueRange(12, 10, 7)).toBe(5);
    expect(trueRange(12, 10, 15)).toBe(5);
  });
});

describe('createAtr', () => {
  it('is missing for `period` bars, then the mean of the true ranges of bars 1 … period, then smoothed', () => {
    const atr = createAtr(2);
    const values = [
      atr.push(100, 0, 10), // range 100 of the first bar never counts
      atr.push(13, 10, 12), // true range 3
      atr.push(14, 9, 10), // true range 5, mean 4
      atr.push(20, 18, 19), // true range 20 - 10 = 10, (4 + 10) / 2
      atr.push(20, 19, 19), // true range 1, (7 + 1) / 2
    ];
    expect(values).toEqual([NaN, NaN, 4, 7, 4]);
  });
});
