import { barBlocks } from '../domain/core/bars';
import { createFeatureComputer } from '../domain/features/compute';
import { featureContext } from '../domain/features/context';
import { featuresInputSchema } from '../shared/contracts/stages';
import type { FeaturesInput } from '../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import { readBars } from '../shared/tables/bar-table';
import { createTableWriter } from '../shared/tables/table-store';
import type { StageDefinition } from './support/stage-definition';
import { unwrap } from './support/stage-fault';

/** Rows computed at once: a hundred columns of them take 13 MB, where a hundred of a whole part of bars take 400 MB. */
const BLOCK_ROWS = 16_384;

/** Features: one column for each declared feature, row for row with the bars, computed part by part. */
export const featuresStage: StageDefinition<FeaturesInput, 'features'> = {
  stage: 'features',
  schema: featuresInputSchema,
  part: () => '',
  material: async ({ scope, bars, timeframeMs }, context) => {
    const { features } = await context.symbolConfig(scope);
    // By name, so that a feature that is declared later makes another table.
    const { names } = unwrap(createFeatureComputer(features.include, featureContext(features, timeframeMs, null)));
    const { higherTimeframeMultiple, higherTimeframeMultiple2 } = featureContext(features, timeframeMs, null);
    return { bars: bars.sha256, timeframeMs, names, higherTimeframeMultiple, higherTimeframeMultiple2 };
  },
  compute: async ({ scope, bars, timeframeMs }, context, onProgress) => {
    const { features } = await context.symbolConfig(scope);
    const computer = unwrap(createFeatureComputer(features.include, featureContext(features, timeframeMs, null)));
    const { artifacts } = context.store;
    const writer = createTableWriter(artifacts, ARTIFACT_KINDS.features);
    let rows = 0;
    for await (const chunk of readBars(artifacts, bars, ARTIFACT_KINDS.bars)) {
      for (const block of barBlocks(chunk, BLOCK_ROWS)) {
        const columns = computer.push(block);
        const named = computer.names.map((name, i) => [name, columns[i] ?? new Float64Array(0)] as const);
        await writer.push(Object.fromEntries([['time', block.time] as const, ...named]));
        rows += block.time.length;
        onProgress({ phase: 'features', step: rows, steps: null, loss: null });
      }
    }
    const table = await writer.finish();
    return { outputs: { features: table.ref }, parts: table.parts, facts: { rows, features: computer.names.length } };
  },
};
