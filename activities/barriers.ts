import { barCount, concatBars, sliceBars, type BarColumns } from '../domain/core/bars';
import { deriveSeed } from '../domain/core/random';
import type { RowRange } from '../domain/core/rows';
import type { BarrierSearch, SearchProblem } from '../domain/labels/search/barrier-search';
import { EMPTY_SEARCH, continueSearch, isOver, plannedGenerations } from '../domain/labels/search/barrier-search';
import type { ArtifactRef } from '../shared/contracts/artifact';
import { barrierSearchSchema, barriersSchema } from '../shared/contracts/barriers';
import { longestLabelBars } from '../shared/contracts/config/resolve';
import type { SymbolConfig } from '../shared/contracts/config/schema';
import { barriersInputSchema } from '../shared/contracts/stages';
import type { BarriersInput } from '../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import type { Artifacts } from '../shared/store/artifacts';
import type { CheckpointLine } from '../shared/store/checkpoint-line';
import { parsedOrNull } from '../shared/store/json-bytes';
import { readBars } from '../shared/tables/bar-table';
import { float64Column, openTable } from '../shared/tables/table-store';
import { omit } from './support/fit-recipe';
import { labelMaterial } from './support/label-material';
import { ownerText } from './support/line-owner';
import { firstPartOf, splitSettings } from './support/split-settings';
import type { StageContext, StageDefinition } from './support/stage-definition';
import { StageFault, unwrap } from './support/stage-fault';
import { heldElsewhere } from './support/trained-elsewhere';

/** Of a longer part the last rows are searched: more labels choose no better, and a generation must stay short. */
const MAX_ROWS = 200_000;
/** A generation takes seconds; a line that was silent for several of them is given up. */
const GENERATION_SECONDS = 30;

/**
 * Barriers: a genetic search for the multiples and the length of each horizon's barriers, on the first training part only.
 * Every generation leaves a checkpoint that the next attempt goes on from, with the same result to the bit.
 */
export const barriersStage: StageDefinition<BarriersInput, 'barriers'> = {
  stage: 'barriers',
  schema: barriersInputSchema,
  part: () => '',
  material: async ({ scope, bars }, context) => {
    const config = await context.symbolConfig(scope);
    const { costBps, slippageBps } = config.backtest;
    return {
      bars: bars.sha256,
      // Barriers are looked for without a side.
      labels: labelMaterial({ ...config.labels, meta: null }),
      search: omit(config.labels.search, ['enabled']),
      splits: splitSettings(config),
      longestLabelBars: longestLabelBars(config.labels),
      ...(config.labels.search.objective === 'expectancy' ? { costs: { costBps, slippageBps } } : {}),
      seed: await seedOf(scope, context),
    };
  },
  compute: async ({ scope, bars }, context, onProgress, lifetime) => {
    const { artifacts, checkpoints } = context.store;
    const config = await context.symbolConfig(scope);
    const problem = await problemOf(artifacts, bars, config, await seedOf(scope, context));
    const line = await checkpoints.open(lifetime.key, ownerText(scope.runId));
    lifetime.canStop();
    let search = await latestOf(line);
    while (!isOver(search, problem)) {
      if (lifetime.signal.aborted) throw new StageFault(stopped(search));
      search = unwrap(continueSearch(search, problem));
      await save(line, search);
      onProgress({
        phase: 'searching barriers',
        step: search.generationsDone,
        steps: plannedGenerations(problem),
        loss: null,
      });
    }
    const { objective } = config.labels.search;
    const content = barriersSchema.parse({ objective, horizons: search.found });
    return {
      outputs: { barriers: await artifacts.putJson(content, ARTIFACT_KINDS.barriers) },
      parts: [],
      facts: { ...content, rows: problem.part[1] - problem.part[0], generations: search.generationsDone },
      checkpoints: { key: lifetime.key, ticket: line.ticket, earlierKey: null },
    };
  },
  busyElsewhere: ({ scope }, { store }, key) => heldElsewhere(scope.runId, store, key, GENERATION_SECONDS),
};

async function seedOf(scope: BarriersInput['scope'], context: StageContext): Promise<number> {
  return deriveSeed((await context.runConfig(scope.config)).seed, 'barriers', scope.symbol);
}

async function problemOf(
  artifacts: Artifacts,
  ref: ArtifactRef,
  config: SymbolConfig,
  seed: number,
): Promise<SearchProblem> {
  const { labels, backtest } = config;
  const table = await openTable(artifacts, ref, ARTIFACT_KINDS.bars);
  const [from, to] = firstPartOf(float64Column(await table.columns(['time']), 'time'), config);
  const searched: RowRange = [Math.max(from, to - MAX_ROWS), to];
  return {
    judged: {
      bars: await readSome(artifacts, ref, searched),
      atrPeriod: labels.atrPeriod,
      timeouts: labels.timeouts,
      minReturnBps: labels.minReturnBps,
      objective: labels.search.objective,
      costBps: backtest.costBps + backtest.slippageBps,
    },
    part: [0, searched[1] - searched[0]],
    horizons: labels.horizons,
    settings: omit(labels.search, ['enabled', 'objective']),
    seed,
  };
}

/** The bars of these rows, read part by part. */
async function readSome(artifacts: Artifacts, ref: ArtifactRef, [from, to]: RowRange): Promise<BarColumns> {
  const kept: BarColumns[] = [];
  let row = 0;
  for await (const chunk of readBars(artifacts, ref, ARTIFACT_KINDS.bars)) {
    const rows = barCount(chunk);
    if (row + rows > from && row < to) kept.push(sliceBars(chunk, Math.max(0, from - row), Math.min(rows, to - row)));
    row += rows;
    if (row >= to) break;
  }
  return concatBars(kept);
}

/** Where an earlier attempt stood. What cannot be read is passed over: the checkpoint before it is as good. */
async function latestOf(line: CheckpointLine): Promise<BarrierSearch> {
  for await (const { bytes } of line.newestFirst()) {
    const search = parsedOrNull(barrierSearchSchema, bytes);
    if (search !== null) return search;
  }
  return EMPTY_SEARCH;
}

function save(line: CheckpointLine, search: BarrierSearch): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(search));
  const best = search.generations?.population[0]?.score ?? null;
  const meta = { horizon: search.found.length, best };
  return line.save(bytes, { step: search.generationsDone, kind: 'interval', isBest: false, meta });
}

function stopped({ generationsDone }: BarrierSearch): ConstructorParameters<typeof StageFault>[0] {
  const message = `The search was stopped after ${String(generationsDone)} generations; its checkpoint is kept.`;
  return { code: 'Cancelled', message, details: { checkpointStep: generationsDone } };
}
