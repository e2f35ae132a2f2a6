import { nearestName } from '../../../shared/contracts/config/nearest-name';

describe('the nearest name', () => {
  it.each([
    ['lstn', 'lstm'],
    ['LSTM', 'lstm'],
    ['patchts', 'patchtst'],
    ['lightgm', 'lightgbm'],
    ['xgboost', null],
  ])('to %s is %s', (typed, nearest) => {
    expect(nearestName(typed, ['lightgbm', 'lstm', 'patchtst', 'tcn'])).toBe(nearest);
  });

  it('of nothing is none', () => {
    expect(nearestName('lstm', [])).toBeNull();
  });
});
