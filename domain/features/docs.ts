import type { FeatureDeclaration } from './declaration';
import { FEATURE_TABLE } from './table';

const HEAD = `# Features

Generated from \`domain/features/table.ts\`; do not edit. Renew it after a build with

    node -e "require('fs').writeFileSync('docs/features.md', require('./dist/domain/features/docs').renderFeatureDocs())"

Every feature is causal: its value at bar t uses bars that have closed by t and nothing else. None is a price or volume
level. Where a value is not there yet or not defined stands NaN, never zero. "First value" counts bars from 0 at the start
of the series; for the higher timeframe it is the latest possible one, with m base bars to a higher bar. "Nothing moves"
means an ATR below 1e-7 of the close. Where the source is TA-Lib, its values from its first valid bar are the definition;
\`features-deviations.md\` lists the differences.
`;

/** The text of `docs/features.md`: what every feature of the table is, in Markdown. */
export function renderFeatureDocs(): string {
  const rows = FEATURE_TABLE.map(renderRow);
  const head = [
    '| feature | family | reads | first value | definition | source |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  return `${HEAD}\n${[...head, ...rows].join('\n')}\n`;
}

function renderRow(feature: FeatureDeclaration): string {
  const cells = [
    `\`${feature.name}\``,
    feature.family,
    feature.inputs.join(', '),
    renderWarmUp(feature),
    feature.definition,
    feature.source,
  ];
  return `| ${cells.join(' | ')} |`;
}

function renderWarmUp({ warmUp }: FeatureDeclaration): string {
  switch (warmUp.kind) {
    case 'exact':
      return String(warmUp.bars);
    case 'atMost':
      return `≤ ${warmUp.higherBars} × m`;
  }
}
