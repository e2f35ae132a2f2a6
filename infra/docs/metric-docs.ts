import type { MetricDeclaration } from '../../shared/runtime/metrics/declaration';
import { METRICS } from '../../shared/runtime/metrics/declarations';

const METRICS_BEGIN = '<!-- metrics: generated from shared/runtime/metrics/declarations.ts -->';
const METRICS_END = '<!-- end of metrics -->';

/** The table of `docs/watch.md`: every metric of a worker's own, with its labels and its meaning. */
function renderMetricDocs(): string {
  const rows = Object.values<MetricDeclaration>(METRICS).map(
    ({ name, kind, labels, help }) =>
      `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(' ')} | ${help.replaceAll('|', '\\|')} |`,
  );
  return ['| metric | kind | labels | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

/** The page with its table renewed. */
export function renewMetricDocs(page: string): string {
  const [before = '', rest = ''] = page.split(METRICS_BEGIN);
  const [, after = ''] = rest.split(METRICS_END);
  return `${before}${METRICS_BEGIN}\n\n${renderMetricDocs()}\n\n${METRICS_END}${after}`;
}
