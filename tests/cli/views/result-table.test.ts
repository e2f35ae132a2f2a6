import { resultTable } from '../../../cli/views/result-table';
import { fakeRunRecord } from '../../support/run-record';

describe('the result of a run as a table', () => {
  it('puts what is compared together: by horizon, simple models first', () => {
    const record = fakeRunRecord({ symbols: 1, folds: 1, nets: ['tft', 'mlp'] });
    const lines = resultTable(record).split('\n').slice(2, -2);
    expect(lines.map((line) => line.split(/ {2,}/).slice(1, 3).join(' '))).toEqual(
      [20, 60].flatMap((bars) =>
        ['majority', 'logistic', 'lightgbm', 'mlp', 'tft'].map((family) => `${family} ${bars} bars`),
      ),
    );
  });
});
