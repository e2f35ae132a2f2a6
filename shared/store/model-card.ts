import type { ArtifactRef } from '../contracts/artifact';
import type { Bundle } from '../contracts/bundle';
import { DEFAULT_CONFIG } from '../contracts/config/defaults';
import { symbolConfigOf } from '../contracts/config/resolve';
import type { Assignment, ModelVersion } from '../contracts/registry';
import { configDifferences } from './config-differences';

/**
 * The card of a version in Markdown: what the model is, what it was made of, what was measured, how it compares, what
 * became of it, and what it does not say. `history` is all of the model's assignments that can be read, the newest first.
 */
export function renderModelCard(version: ModelVersion, bundle: Bundle, history: readonly Assignment[]): string {
  return [
    ...head(version, bundle, history[0]),
    ...dataSection(version, bundle),
    ...configSection(version, bundle),
    ...metricsSection(version),
    ...overfittingSection(version),
    ...calibrationSection(version, bundle),
    ...gateSection(version, history),
    ...historySection(version, history),
    ...limitsSection(version),
    ...lineageSection(version, bundle),
  ].join('\n');
}

function head(version: ModelVersion, bundle: Bundle, current: Assignment | undefined): readonly string[] {
  const aliases = (['champion', 'challenger', 'previous'] as const).filter(
    (alias) => current?.[alias] === version.version,
  );
  return [
    `# ${version.model} version ${String(version.version)}`,
    '',
    `Probabilities that ${asked(bundle)} the next ${String(version.horizonBars)} bars of ` +
      `${version.symbol} (${String(bundle.timeframeMs / 60_000)}-minute bars), by a ${version.family} model.`,
    '',
    `- Now: ${aliases.length === 0 ? 'no alias stands for it' : aliases.join(', ')}.`,
    `- Trained as of ${version.asOf} by run ${version.runId}, registered ${version.registeredAt}.`,
    `- Chosen among ${candidates(version)} by the mean log loss on the choosing halves of the validation parts, never on test rows.`,
    '',
  ];
}

function asked({ classes, recipe: { primary } }: Bundle): string {
  if (primary === undefined) return `the ${classes.join(', ')} barrier is what ends`;
  const { feature, centre, band, side } = primary;
  return `the side that goes ${side} ${feature} (beyond ${String(centre)} ± ${String(band)}) is ${classes.join(', ')} over`;
}

function candidates({ candidates: all }: ModelVersion): string {
  return all.map(({ family, choosingLogLoss }) => `${family} (${digits(choosingLogLoss)})`).join(', ');
}

function dataSection({ data, trainedUntilMs }: ModelVersion, { manifest, recipe }: Bundle): readonly string[] {
  return [
    '## Data',
    '',
    `- ${String(data.bars)} clean bars, closing ${instant(data.firstMs)} to ${instant(data.lastMs)}; SHA-256 ${hashOf(manifest.parents.bars)}.`,
    `- Labels: SHA-256 ${hashOf(manifest.parents.labels)}.`,
    `- ${String(recipe.features.names.length)} features: ${recipe.features.names.join(', ')}.`,
    `- Nothing that closed after ${instant(trainedUntilMs)} was trained or validated on.`,
    '',
    `| part of fold ${data.foldId} | from | to |`,
    '| --- | --- | --- |',
    ...Object.entries(data.parts).map(([part, [from, to]]) => `| ${part} | ${instant(from)} | ${instant(to)} |`),
    '',
  ];
}

function configSection({ symbol }: ModelVersion, { manifest }: Bundle): readonly string[] {
  const differences = configDifferences(symbolConfigOf(DEFAULT_CONFIG, symbol), manifest.config);
  return [
    '## Configuration',
    '',
    `Seed ${String(manifest.seed)}. ${differences.length === 0 ? 'All else as in the defaults.' : 'Different from the defaults:'}`,
    '',
    ...differences.map(({ path, standard, own }) => `- \`${path}\`: ${own} (default ${standard})`),
    ...(differences.length === 0 ? [] : ['']),
  ];
}

function metricsSection({ metrics, baseline, testRows }: ModelVersion): readonly string[] {
  const beside = baseline === null ? 'no baseline in the run' : `baseline ${baseline.family}`;
  return [
    '## Metrics',
    '',
    `On ${String(testRows)} test rows of all folds; 95 % intervals by a block bootstrap where one is computed.`,
    '',
    `| metric | model | ${beside} |`,
    '| --- | --- | --- |',
    ...Object.entries(metrics).map(([name, metric]) => {
      const other = baseline?.metrics[name];
      return `| ${name} | ${withInterval(metric)} | ${other === undefined ? '–' : withInterval(other)} |`;
    }),
    '',
  ];
}

/** What the ledger of trials said; nothing of a version from before there was one. */
function overfittingSection({ overfitting }: ModelVersion): readonly string[] {
  if (overfitting === undefined) return [];
  const { study, trials, expectedMaximum, sharpePerDay, psr, dsr, pbo } = overfitting;
  return [
    '## Overfitting',
    '',
    `After ${String(trials)} trials of study ${study}: Sharpe ratio ${digits(sharpePerDay)} a day, SR0 ${digits(expectedMaximum)}, ` +
      `PSR ${digits(psr)}, DSR ${digits(dsr)} (to be believed from 0.95), PBO of the study ${digits(pbo)}.`,
    '',
  ];
}

function calibrationSection({ calibrators, metrics }: ModelVersion, { recipe }: Bundle): readonly string[] {
  return [
    '## Calibration',
    '',
    `Calibrator of the bundle: ${recipe.calibrator.method}; by fold: ${calibrators.join(', ') || 'none'}. Expected ` +
      `calibration error on test rows ${metrics.ece === undefined ? 'not measured' : withInterval(metrics.ece)}.`,
    '',
  ];
}

function gateSection({ version }: ModelVersion, history: readonly Assignment[]): readonly string[] {
  const judged = history.filter((entry) => entry.version === version && entry.verdict !== null);
  const lines = judged
    .slice(0, 1)
    .flatMap(({ verdict, at }) =>
      verdict === null
        ? []
        : [
            `${verdict.passed ? 'Passed' : 'Refused'} on ${String(verdict.rows)} common test rows (${at}); evidence ${hashOf(verdict.evidence ?? undefined)}.`,
            '',
            ...verdict.checks.map(
              ({ name, passed, sentence }) => `- ${passed ? 'passed' : 'FAILED'} ${name}: ${sentence}.`,
            ),
          ],
    );
  return ['## Promotion gate', '', ...(lines.length === 0 ? ['Not compared with a champion.'] : lines), ''];
}

function historySection({ version }: ModelVersion, history: readonly Assignment[]): readonly string[] {
  const own = history.filter((entry) => entry.version === version).reverse();
  const lost = (history[0]?.sequence ?? 0) - history.length;
  if (own.length === 0 && lost === 0) return [];
  return [
    '## What was done with it',
    '',
    ...own.map(({ at, action, who, why }) => `- ${at} ${action} by ${who}: ${why}`),
    ...(lost === 0
      ? []
      : [
          `- ${String(lost)} entries of the model's assignments cannot be read: what they say of it is not known here.`,
        ]),
    '',
  ];
}

function limitsSection({ warnings, symbol, choosingLogLoss, baseline }: ModelVersion): readonly string[] {
  const unmeasured =
    choosingLogLoss === null ? ['- Its choosing log loss is not defined: nothing it was compared by holds.'] : [];
  const alone = baseline === null ? ['- No baseline stands beside it: what the numbers are worth cannot be told.'] : [];
  return [
    '## Limits',
    '',
    `- Measured on the past of ${symbol} only; a market that changes is not in these numbers.`,
    '- The test rows judged every family of the run and, day after day, its successors: small differences are luck.',
    '- The gate asks whether it is worse than the champion; that it is no worse does not mean that it is better.',
    ...unmeasured,
    ...alone,
    ...warnings.map((warning) => `- ${warning}`),
    '',
  ];
}

function lineageSection({ bundle: ref }: ModelVersion, { manifest }: Bundle): readonly string[] {
  return [
    '## Lineage',
    '',
    `- Bundle ${hashOf(ref)}: \`./candlewick lineage ${ref.sha256.slice(0, 16)}\` prints the tree.`,
    ...Object.entries(manifest.parents).map(([name, parent]) => `- ${name} ${hashOf(parent)}`),
    ...Object.entries(manifest.environment).map(([name, value]) => `- ${name}: ${value}`),
    '',
  ];
}

function hashOf(ref: ArtifactRef | undefined): string {
  return ref === undefined ? 'none' : ref.sha256;
}

function instant(ms: number | null): string {
  return ms === null || !Number.isFinite(ms) ? 'unknown' : new Date(ms).toISOString();
}

function withInterval({ value, low, high }: ModelVersion['metrics'][string]): string {
  return low === null || high === null ? digits(value) : `${digits(value)} [${digits(low)}, ${digits(high)}]`;
}

function digits(value: number | null): string {
  return value === null ? 'not defined' : value.toFixed(4);
}
