import {
  formatBytes,
  formatCount,
  formatDay,
  formatInstant,
  formatIso,
  formatNumber,
  formatPercent,
  formatRaw,
  formatSeconds,
  formatShortCount,
  formatSigned,
} from '../../reporting/format';

describe('numbers for readers', () => {
  it.each([
    [formatNumber(1.03456, 4), '1.0346'],
    [formatNumber(-0.5, 2), '−0.50'],
    [formatNumber(-0.001, 2), '0.00'],
    [formatNumber(NaN, 2), '–'],
    [formatNumber(null, 2), '–'],
    [formatNumber(Infinity, 2), '∞'],
    [formatSigned(0.0123, 3), '+0.012'],
    [formatSigned(0.0001, 3), '0.000'],
    [formatSigned(-1, 1), '−1.0'],
    [formatPercent(0.3333), '33.3 %'],
    [formatCount(390123), '390,123'],
    [formatCount(-1234567), '−1,234,567'],
    [formatRaw(0.1 + 0.2), '0.3'],
    [formatRaw(-1.5), '−1.5'],
    [formatBytes(999), '999 B'],
    [formatBytes(184_233), '184.2 kB'],
    [formatBytes(2_500_000), '2.5 MB'],
  ])('writes %s', (written, wanted) => {
    expect(written).toBe(wanted);
  });

  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1k'],
    [9949, '9.9k'],
    [9950, '10k'],
    [999_499, '999k'],
    [999_500, '1M'],
    [12_300_000, '12M'],
  ])('shortens %d to %s', (count, wanted) => {
    expect(formatShortCount(count)).toBe(wanted);
  });

  it.each([
    [0.416, '0.42 s'],
    [12.34, '12.3 s'],
    [187.4, '3 min 07 s'],
    [3599.6, '1 h 00 min'],
    [7500, '2 h 05 min'],
  ])('writes %d seconds as %s', (seconds, wanted) => {
    expect(formatSeconds(seconds)).toBe(wanted);
  });

  it('writes instants in UTC and never throws on one that is none', () => {
    const instant = Date.UTC(2024, 2, 1, 14, 5, 9);
    expect(formatInstant(instant)).toBe('2024-03-01 14:05 UTC');
    expect(formatDay(instant)).toBe('2024-03-01');
    expect(formatIso('2024-03-01T16:05:09+02:00')).toBe('2024-03-01 14:05:09 UTC');
    expect([formatInstant(NaN), formatInstant(1e20), formatDay(null), formatIso('soon')]).toEqual([
      '–',
      '–',
      '–',
      'soon',
    ]);
  });
});
