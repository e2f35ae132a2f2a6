import type { BarColumns } from '../domain/core/bars';
import type { SidedLabelColumns } from '../domain/core/labels';
import { labelKernelOf } from '../domain/labels/kernel-of';
import { metaLabels } from '../domain/labels/meta-labels';
import { checkLabelSummary, createLabelSummarizer } from '../domain/labels/label-summary';
import { createUniquenessTimeline } from '../domain/labels/weights/uniqueness-timeline';
import { labelsInputSchema } from '../shared/contracts/stages';
import type { LabelsInput } from '../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import { readBars } from '../shared/tables/bar-table';
import { createTableWriter } from '../shared/tables/table-store';
import type { Horizon } from './support/found-barriers';
import { horizonsOf } from './support/found-barriers';
import { labelMaterial } from './support/label-material';
import { featuresOfMeta, readPrimarySides } from './support/primary-sides';
import type { Computed, ReportProgress, StageContext, StageDefinition } from './support/stage-definition';
import { unwrap } from './support/stage-fault';

/**
 * Labels: one table for each horizon, row for row with the bars. Beside the label proper it holds how a long and a short
 * position entered at that bar would have ended, a tie inside one bar being the stop: what the backtest trades on.
 */
export const labelsStage: StageDefinition<LabelsInput, 'labels'> = {
  stage: 'labels',
  schema: labelsInputSchema,
  part: () => '',
  material: async ({ scope, bars, features, barriers }, context) => {
    const { labels } = await context.symbolConfig(scope);
    return {
      bars: bars.sha256,
      labels: labelMaterial(labels),
      ...(barriers === undefined ? {} : { barriers: barriers.sha256 }),
      ...(labels.meta === null ? {} : { features: featuresOfMeta(features).sha256 }),
    };
  },
  compute: async ({ scope, bars, features, barriers }, context, onProgress) => {
    const { artifacts } = context.store;
    const { labels } = await context.symbolConfig(scope);
    const sides = await readPrimarySides(artifacts, features, labels);
    const computed: Computed[] = [];
    for (const horizon of await horizonsOf(labels, barriers, artifacts)) {
      const chunks = readBars(artifacts, bars, ARTIFACT_KINDS.bars);
      computed.push(await labelHorizon({ ...horizon, sides }, chunks, context, onProgress));
    }
    return {
      outputs: Object.assign({}, ...computed.map(({ outputs }) => outputs)) as Computed['outputs'],
      parts: computed.flatMap(({ parts }) => parts),
      facts: {
        horizons: computed.map(({ facts }) => facts),
        ...(labels.meta === null ? {} : { primary: { ...labels.meta } }),
      },
    };
  },
};

/** `sides` are those of a primary rule, a side for every bar; null: labels as they are, of no side. */
async function labelHorizon(
  { horizonBars, settings, sides }: Horizon & { readonly sides: Int8Array | null },
  chunks: AsyncIterable<BarColumns>,
  context: StageContext,
  onProgress: ReportProgress,
): Promise<Computed> {
  const kernel = unwrap(labelKernelOf(settings));
  const writer = createTableWriter(context.store.artifacts, ARTIFACT_KINDS.labels);
  const summarizer = createLabelSummarizer();
  const timeline = createUniquenessTimeline(settings.bars);
  let written = 0;
  const write = async (settled: SidedLabelColumns): Promise<void> => {
    const next = written + settled.time.length;
    const labels = sides === null ? settled : metaLabels(settled, sides.subarray(written, next), settings.timeouts);
    written = next;
    summarizer.add(labels);
    timeline.add(labels);
    if (labels.time.length > 0) await writer.push({ ...labels });
  };
  let rows = 0;
  for await (const chunk of chunks) {
    await write(kernel.push(chunk));
    rows += chunk.time.length;
    onProgress({ phase: `labels of ${String(horizonBars)} bars`, step: rows, steps: null, loss: null });
  }
  await write(kernel.finish());
  const summary = unwrap(checkLabelSummary(summarizer.summary(), settings));
  const table = await writer.finish();
  const uniqueness = timeline.finish();
  return {
    outputs: { [String(horizonBars)]: table.ref },
    parts: table.parts,
    facts: {
      horizonBars,
      counts: summary.counts,
      meanBars: summary.meanBars,
      ...(uniqueness === null
        ? {}
        : { uniqueness: { ...uniqueness, labels: [...uniqueness.labels], means: [...uniqueness.means] } }),
    },
  };
}
