import { init, type EChartsOption } from 'echarts';
import { escapeText, trusted, type Markup } from '../markup';
import { tone, withThemeColors } from '../palette';

export interface ChartFrame {
  /** Unique in the page; ids inside the drawing start with it. */
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** What the picture is, for screen readers. */
  readonly title: string;
  /** What the picture says, in a sentence, for screen readers. */
  readonly description: string;
}

/**
 * Draws a chart as SVG without a browser. The same option gives the same bytes: the ids that the library counts up are
 * replaced by ids under `frame.id`, and what only its own page script would read is taken out.
 */
export function drawChart(option: EChartsOption, frame: ChartFrame): Markup {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: frame.width, height: frame.height });
  try {
    chart.setOption({ ...BASE_OPTION, ...option });
    const drawing = withThemeColors(withoutMachinery(chart.renderToSVGString(), frame.id));
    return trusted(withAccessibleHead(compact(drawing), frame));
  } finally {
    chart.dispose();
  }
}

const BASE_OPTION: EChartsOption = {
  animation: false,
  useUTC: true,
  backgroundColor: 'transparent',
  textStyle: { fontFamily: 'sans-serif', fontSize: 12, color: tone('muted') },
};

/** Takes out what only the library's own script would read, and makes its counted ids the page's own. */
function withoutMachinery(svg: string, id: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ (?:ecmeta_\w+|class|pointer-events|xml:space)="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, `${id}-`)
    .replace(/style="font: \S+ \S+ (\d+)px [^"]*"/g, 'style="font-size:$1px;"')
    .replace(/font-family:[^;"]*;?/g, '')
    .replace(/<defs >\s*<\/defs>/g, '');
}

/** Shortens what stands in every drawing to classes of the page's style sheet, and drops shapes that nobody sees: half the bytes of most charts. */
function compact(svg: string): string {
  return svg
    .replace(
      /<text dominant-baseline="central" text-anchor="(\w+)" style="font-size:(\d+)px;"/g,
      '<text class="$1 f$2"',
    )
    .replace(/(<text [^>]*) fill="var\(--muted\)"/g, '$1')
    .replace(/ fill="none" stroke="var\(--rule\)" stroke-(?:opacity="0\.7"|linecap="round")/g, ' class="rule"')
    .replace(/><\/(?:path|rect)>/g, '/>')
    .replace(/<path d="[^"]*" transform="[^"]*" fill="(?:none"|[^"]*" fill-opacity="0"[^>]* stroke-width="0")\/>/g, '')
    .replace(/\n+/g, '\n')
    .replace(/" class="rule"\/>\n<path d="(?=[^"]*" class="rule"\/>)/g, '')
    .replace(/(transform="[^"]*")/g, (transform) => transform.replace(/(\.\d\d)\d+/g, '$1'));
}

function withAccessibleHead(svg: string, frame: ChartFrame): string {
  const head =
    `<svg class="chart" viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-labelledby="${frame.id}-t ${frame.id}-d">` +
    `<title id="${frame.id}-t">${escapeText(frame.title)}</title>` +
    `<desc id="${frame.id}-d">${escapeText(frame.description)}</desc>`;
  return svg.replace(/^<svg[^>]*>(?:\s*<rect[^>]*fill="none"[^>]*\/>)?/, () => head);
}
