import type { BarColumns } from '../domain/core/bars';
import type { SidedLabelColumns } from '../domain/core/labels';
import { createSidedLabelKernel } from '../domain/labels/label-kernel';
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
  material: async ({ scope, bars, barriers }, context) => ({
    bars: bars.sha256,
    labels: labelMaterial((await context.symbolConfig(scope)).labels),
    ...(barriers === undefined ? {} : { barriers: barriers.sha256 }),
  }),
  compute: async ({ scope, bars, barriers }, context, onProgress) => {
    const { artifacts } = context.store;
    const { labels } = await context.symbolConfig(scope);
    const computed: Computed[] = [];
    for (const horizon of await horizonsOf(labels, barriers, artifacts)) {
      computed.push(await labelHorizon(horizon, readBars(artifacts, bars, ARTIFACT_KINDS.bars), context, onProgress));
    }
    return {
      outputs: Object.assign({}, ...computed.map(({ outputs }) => outputs)) as Computed['outputs'],
      parts: computed.flatMap(({ parts }) => parts),
      facts: { horizons: computed.map(({ facts }) => facts) },
    };
  },
};

async function labelHorizon(
  { horizonBars, settings }: Horizon,
  chunks: AsyncIterable<BarColumns>,
  context: StageContext,
  onProgress: ReportProgress,
): Promise<Computed> {
  const kernel = unwrap(createSidedLabelKernel(settings));
  const writer = createTableWriter(context.store.artifacts, ARTIFACT_KINDS.labels);
  const summarizer = createLabelSummarizer();
  const timeline = createUniquenessTimeline(settings.bars);
  const write = async (labels: SidedLabelColumns): Promise<void> => {
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
