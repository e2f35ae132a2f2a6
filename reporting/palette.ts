interface Tone {
  readonly light: string;
  readonly dark: string;
}

/**
 * Every colour of the report, once for light and once for dark. Text tones have a contrast of at least 4.5 to the surface,
 * chart tones of at least 3; no meaning is carried by colour alone.
 */
const TONES = {
  page: { light: '#f5f6f8', dark: '#101317' },
  surface: { light: '#ffffff', dark: '#181c22' },
  raised: { light: '#f0f2f5', dark: '#222831' },
  ink: { light: '#1b2129', dark: '#e4e8ee' },
  muted: { light: '#5a6472', dark: '#9aa5b4' },
  rule: { light: '#d9dee5', dark: '#323a45' },
  link: { light: '#1a5bb0', dark: '#79b0f5' },
  good: { light: '#12703f', dark: '#5cc98c' },
  bad: { light: '#b3261e', dark: '#ff8a80' },
  caution: { light: '#8a5300', dark: '#f0b45a' },
  badWash: { light: '#fdf0ee', dark: '#311c1b' },
  cautionWash: { light: '#fdf5e6', dark: '#2d2415' },
  goodWash: { light: '#eaf6ef', dark: '#15291e' },
  series1: { light: '#1d66c1', dark: '#64a5f2' },
  series2: { light: '#b2560b', dark: '#f0a04b' },
  series3: { light: '#6b7582', dark: '#98a3b1' },
  series4: { light: '#2b8068', dark: '#57bd9f' },
  series5: { light: '#8253a8', dark: '#bb92de' },
  series6: { light: '#a33a62', dark: '#e68aab' },
  down: { light: '#c05a12', dark: '#ef9a52' },
  timeout: { light: '#7b8592', dark: '#8f9aa8' },
  up: { light: '#1d6fb8', dark: '#5fa8ee' },
  ambiguous: { light: '#9a7d00', dark: '#d8b93c' },
  unsettled: { light: '#8a63ad', dark: '#b491d6' },
  unusable: { light: '#3f4854', dark: '#c4ccd6' },
  onMark: { light: '#ffffff', dark: '#101317' },
  train: { light: '#4f79b3', dark: '#6d9bd8' },
  stopping: { light: '#a97b00', dark: '#dcb043' },
  choosing: { light: '#8253a8', dark: '#b58cdb' },
  test: { light: '#1f8060', dark: '#4fbd97' },
} as const satisfies Record<string, Tone>;

export type ToneName = keyof typeof TONES;
const TONE_NAMES = Object.keys(TONES) as ToneName[];

/**
 * The stand-in for a tone while a chart is drawn: an ordinary colour for the chart library, put in place by
 * `withThemeColors` afterwards, so that one drawing follows light and dark.
 */
export function tone(name: ToneName): string {
  return `#0a0b${(16 + TONE_NAMES.indexOf(name)).toString(16)}`;
}

/** Replaces the stand-ins of a drawn chart by the custom properties of the page. */
export function withThemeColors(svg: string): string {
  return svg.replace(/#0a0b([0-9a-f]{2})\b/g, (placeholder, index: string) => {
    const name = TONE_NAMES[parseInt(index, 16) - 16];
    return name === undefined ? placeholder : `var(--${name})`;
  });
}

/** The custom properties of one theme as CSS declarations. */
export function themeProperties(theme: keyof Tone): string {
  return TONE_NAMES.map((name) => `--${name}:${TONES[name][theme]};`).join('');
}

/** Colours of curves: the first for the curve that matters most; the grey is a baseline's, else the last taken. */
export const SERIES_TONES: readonly ToneName[] = ['series1', 'series2', 'series4', 'series5', 'series6', 'series3'];
