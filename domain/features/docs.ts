import type { CrossFeatureDeclaration, FeatureDeclaration } from './declaration';
import { CROSS_FEATURES } from './families/cross';
import { FEATURE_TABLE } from './table';

const HEAD = `# Features

Generated from \`domain/features/table.ts\`; do not edit. Renew it after a build with

    node -e "require('fs').writeFileSync('docs/features.md', require('./dist/domain/features/docs').renderFeatureDocs())"

Every feature is causal: its value at bar t uses bars that have closed by t and nothing else. None is a price or volume
level. Where a value is not there yet or not defined stands NaN, never zero. "First value" counts bars from 0 at the start
of the series; for a higher timeframe it is the latest possible one, with m base bars to a higher bar
(\`features.higherTimeframeMultiple\`) and m2 to one of the second (\`features.higherTimeframeMultiple2\`). "Nothing moves" means
an ATR below 1e-7 of the close. A series without volume has a constant in every column that reads volume alone or for
weighting, and no NaN.

Memory \`window\`: the value depends on the bars since the warm-up began and on nothing before them, so that a series begun
later gives the same bytes from its own warm-up on; sums are computed anew from the window, extremes and ranks only compare.
Memory \`decaying\`: recursive averages, in which what began the series fades (below 1e-8 after 3000 bars, or 190 of a slower clock).

Where the source is TA-Lib, its values from its first valid bar are the definition; \`features-deviations.md\` lists the
differences.
`;

const CROSS_HEAD = `## Beside another symbol

For each symbol of \`features.cross\` one column of each of these, named \`feature:SYMBOL\`. The other symbol is seen as of the
instant at which the bar closes: by its last bar that closed at or before then, unless that is older than
\`features.crossMaxAgeDays\`.

A symbol has at most 100 features, so that chance has no more to choose from: with three symbols beside, name the wanted ones
under \`features.include\`.
`;

/** The text of `docs/features.md`: what every feature of the table is, in Markdown. */
export function renderFeatureDocs(): string {
  const rows = FEATURE_TABLE.map((feature) => renderRow(feature));
  const head = [
    '| feature | family | reads | first value | memory | definition | source |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  ];
  const cross = CROSS_FEATURES.map(renderCrossRow);
  return `${HEAD}\n${[...head, ...rows].join('\n')}\n\n${CROSS_HEAD}\n${[...head, ...cross].join('\n')}\n`;
}

function renderCrossRow(feature: CrossFeatureDeclaration): string {
  const own = feature.inputs.map((input) => `own ${input}`);
  return renderRow(feature, [...own, ...feature.otherInputs.map((input) => `other’s ${input}`)]);
}

function renderRow(feature: Omit<FeatureDeclaration, 'create'>, inputs: readonly string[] = feature.inputs): string {
  const cells = [
    `\`${feature.name}\``,
    feature.family,
    inputs.join(', '),
    renderWarmUp(feature),
    feature.memory,
    feature.definition,
    feature.source,
  ];
  return `| ${cells.join(' | ')} |`;
}

function renderWarmUp({ warmUp, timeframe }: Pick<FeatureDeclaration, 'warmUp' | 'timeframe'>): string {
  switch (warmUp.kind) {
    case 'exact':
      return String(warmUp.bars);
    case 'atMost':
      return `≤ ${warmUp.higherBars} × ${timeframe === 'higher2' ? 'm2' : 'm'}`;
    case 'fracDiff':
      return 'width − 1';
  }
}
