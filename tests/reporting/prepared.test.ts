import { preparedBlock } from '../../reporting/sections/prepared';

describe('what a reader is told of what was fitted before the models', () => {
  it('has one line each of d, of every symbol laid beside and of synthetic rows', () => {
    const { text } = preparedBlock({
      fracDiff: { order: 0.35, width: 100, stationary: true },
      cross: [{ symbol: 'B<T>C', rows: 71_158 }],
      featureRows: 71_877,
      syntheticRows: [42_310, 42_890],
    });
    expect(text.match(/<li>/g)).toHaveLength(3);
    expect(text).toContain('order d = 0.35 over 100 bars: the smallest');
    expect(text).toContain('B&lt;T&gt;C is laid beside as of each close: 99.0 % of rows (71,158 of 71,877)');
    expect(text).toContain('42,310 to 42,890 synthetic rows');
  });

  it('says where no order was enough, and one number where all fits had as many rows', () => {
    const { text } = preparedBlock({ fracDiff: { order: 1, width: 50, stationary: false }, syntheticRows: [9, 9] });
    expect(text).toContain('no order from 0 to 1 passes ADF');
    expect(text).toContain('Augmentation: 9 synthetic rows');
  });

  it('is nothing where nothing was', () => {
    expect(preparedBlock(undefined).text).toBe('');
    expect(preparedBlock({}).text).toBe('');
  });
});
