import { themeProperties, tone, withThemeColors } from '../../reporting/palette';

/** Contrast of two colours by WCAG 2: 1 for none, 21 for black on white. */
function contrast(a: string, b: string): number {
  const luminance = (color: string): number => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const part = parseInt(color.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
  };
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

describe.each(['light', 'dark'] as const)('the %s theme', (theme) => {
  const colors = new Map(
    [...themeProperties(theme).matchAll(/--(\w+):(#\w{6});/g)].map((match) => [match[1]!, match[2]!]),
  );

  it.each(['ink', 'muted', 'link', 'good', 'bad', 'caution'])('has readable %s text on every ground', (name) => {
    for (const ground of ['surface', 'raised', 'page']) {
      expect(contrast(colors.get(name)!, colors.get(ground)!)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each([
    'series1',
    'series2',
    'series3',
    'series4',
    'series5',
    'series6',
    'down',
    'timeout',
    'up',
    'ambiguous',
    'unsettled',
    'unusable',
    'train',
    'stopping',
    'choosing',
    'test',
  ])('has %s marks that stand out', (name) => {
    expect(contrast(colors.get(name)!, colors.get('surface')!)).toBeGreaterThanOrEqual(3);
  });

  it('has readable text in alerts', () => {
    for (const [text, ground] of [
      ['bad', 'badWash'],
      ['ink', 'badWash'],
      ['muted', 'badWash'],
      ['muted', 'cautionWash'],
    ]) {
      expect(contrast(colors.get(text!)!, colors.get(ground!)!)).toBeGreaterThanOrEqual(4.5);
    }
  });
});

describe('stand-ins', () => {
  it('become the custom property of their tone and leave other colours alone', () => {
    expect(withThemeColors(`fill="${tone('up')}" stroke="${tone('page')}" fill="#000" stop="#0a0bff"`)).toBe(
      'fill="var(--up)" stroke="var(--page)" fill="#000" stop="#0a0bff"',
    );
  });
});
