import type { BarColumns } from '../../../domain/core/bars';
import { concatBars } from '../../../domain/core/bars';
import type { Fold } from '../../../domain/core/folds';
import { FOLD_PARTS } from '../../../domain/core/folds';
import { countRows } from '../../../domain/core/rows';
import type { Result } from '../../../domain/core/result';
import { createGenerator } from '../../../domain/generate/generator';
import { generatedSymbols } from '../../../domain/generate/settings';
import { createLabelKernel } from '../../../domain/labels/label-kernel';
import { checkLabelSummary, checkTrainingClasses, createLabelSummarizer } from '../../../domain/labels/label-summary';
import type { LabelSettings } from '../../../domain/labels/settings';
import { labelSettingsPerHorizon } from '../../../domain/labels/settings';
import { buildFolds } from '../../../domain/splits/build-folds';
import { planBoundaries } from '../../../domain/splits/plan-boundaries';
import { PRESET_NAMES } from '../../../shared/contracts/config/defaults';
import { longestLabelBars, resolveConfig } from '../../../shared/contracts/config/resolve';
import type { GeneratedSourceConfig } from '../../../shared/contracts/config/source-schema';
import type { RunConfig } from '../../../shared/contracts/config/schema';

function configOf(input: object): { readonly config: RunConfig; readonly source: GeneratedSourceConfig } {
  const resolved = resolveConfig(input);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.faults));
  const { config } = resolved;
  if (config.source.kind !== 'generated') throw new Error('a preset without a source is on generated bars');
  return { config, source: config.source };
}

function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.fault.code}: ${result.fault.message}`);
}

/** Labels a series and cuts it into folds as the stages do; throws what they would fail with. */
function splitSeries(bars: BarColumns, settings: LabelSettings, { splits, labels }: RunConfig): readonly Fold[] {
  const kernel = unwrap(createLabelKernel(settings));
  const summarizer = createLabelSummarizer();
  const parts = [kernel.push(bars), kernel.finish()];
  for (const part of parts) summarizer.add(part);
  unwrap(checkLabelSummary(summarizer.summary(), settings));
  const t1 = Float64Array.from(parts.flatMap((part) => [...part.t1]));
  const classes = Int8Array.from(parts.flatMap((part) => [...part.classIndex]));
  const boundaries = unwrap(planBoundaries(bars.time, splits));
  const folds = unwrap(buildFolds(bars.time, t1, boundaries, splits, longestLabelBars(labels)));
  for (const fold of folds) unwrap(checkTrainingClasses(classes, fold.train, fold.id));
  return folds;
}

const PRESETS = [{ preset: null, schemes: 'holdout' }, ...PRESET_NAMES.map((preset) => ({ preset }))].map(
  ({ preset }) => ({
    preset,
    ...configOf({ preset }),
  }),
);
const CASES = PRESETS.flatMap(({ preset, config, source }) =>
  generatedSymbols(source).map((symbol, index) => ({ preset: preset ?? 'no preset', symbol, index, config, source })),
);

describe('every preset on the bars that it generates', () => {
  it.each(CASES)(
    '$preset: $symbol has labels and folds whose training parts have classes',
    ({ index, config, source }) => {
      const bars = concatBars([...createGenerator(source, index).chunks()]);
      expect(bars.time.length).toBeGreaterThanOrEqual(config.clean.minBars);
      for (const settings of unwrap(labelSettingsPerHorizon(config.labels, 'noSide'))) {
        const folds = splitSeries(bars, settings, config);
        expect(folds.length).toBeGreaterThan(0);
        for (const fold of folds) {
          for (const part of FOLD_PARTS) {
            expect(countRows(fold[part])).toBeGreaterThanOrEqual(config.splits.minPartRows);
          }
        }
      }
    },
  );

  it('walks forward over more than one fold where the preset says so', () => {
    for (const { config, source } of PRESETS.filter((given) => given.config.splits.scheme === 'walkForward')) {
      const bars = concatBars([...createGenerator(source, 0).chunks()]);
      expect(unwrap(planBoundaries(bars.time, config.splits)).length).toBeGreaterThan(1);
    }
  });

  it('is another run than the demonstration', () => {
    const [demonstration, ...others] = PRESETS.map(({ config }) => JSON.stringify(config));
    expect(new Set([demonstration, ...others]).size).toBe(PRESET_NAMES.length + 1);
  });
});
