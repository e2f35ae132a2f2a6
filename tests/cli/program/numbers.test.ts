import { numberFrom, wholeNumber } from '../../../cli/program/numbers';

describe('numbers of flags', () => {
  it('are read', () => {
    expect(wholeNumber('--version')('3')).toBe(3);
    expect(wholeNumber('--keep-runs', 0)('0')).toBe(0);
    expect(numberFrom('--ramp', 0, 100)('12.5')).toBe(12.5);
  });

  it.each(['abc', '', ' ', '1.5', '-1', '0', 'NaN', '1e3', '0x10'])(
    'refuse %p as a whole number, with the flag',
    (text) => {
      expect(() => wholeNumber('--version')(text)).toThrow(`--version is '${text}'; expected a whole number from 1 up`);
    },
  );

  it.each(['abc', '', '-1', '101', 'Infinity'])('refuse %p as a percentage', (text) => {
    expect(() => numberFrom('--ramp', 0, 100)(text)).toThrow(`--ramp is '${text}'; expected a number from 0 to 100`);
  });
});
