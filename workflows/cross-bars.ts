import type { ActivityInterfaceFor } from '@temporalio/workflow';
import type { StageActivities } from '../activities/types';
import type { TrainSymbolInput } from '../shared/contracts/run';
import type { CrossBars, StageOutcome, SymbolScope } from '../shared/contracts/stages';
import { stageActivityId } from '../shared/names/ids';
import type { StageName } from '../shared/names/stages';
import { output } from './outcome';
import { ingestActivity, stageActivity } from './presets';
import type { SymbolSteps } from './symbol-steps';

/**
 * The clean bars of the symbols that stand beside this one: the same two stages as in their own workflows, so that whoever
 * comes second finds them in the store. No command where the input names none.
 */
export function crossBars(
  input: TrainSymbolInput,
  steps: SymbolSteps,
  stages: ActivityInterfaceFor<Pick<StageActivities, 'ingest' | 'clean'>>,
): Promise<readonly CrossBars[]> {
  return Promise.all((input.cross ?? []).map((symbol) => barsOf(symbol, input, steps, stages)));
}

async function barsOf(
  symbol: string,
  input: TrainSymbolInput,
  steps: SymbolSteps,
  stages: ActivityInterfaceFor<Pick<StageActivities, 'ingest' | 'clean'>>,
): Promise<CrossBars> {
  const part = `cross ${symbol}`;
  const scope = (stage: StageName): SymbolScope => ({ ...steps.scope(stage), symbol });
  // Told apart from the same stages of the symbol itself, in its record and among its activities.
  const named = (outcome: StageOutcome): StageOutcome => ({ ...outcome, part });
  const activityId = (stage: StageName): string => stageActivityId(stage, input.symbol, `cross-${symbol}`);

  const ingested = await steps.run(
    'ingest',
    part,
    async (options) => named(await stages.ingest.executeWithOptions(options, [{ scope: scope('ingest') }])),
    { ...ingestActivity(input.limits, input.ingestOn ?? 'cpu'), activityId: activityId('ingest') },
  );
  const raw = ingested.facts as Parameters<StageActivities['clean']>[0]['raw'];
  const rawBars = output(ingested, 'rawBars');
  const cleaned = await steps.run(
    'clean',
    part,
    async (options) => named(await stages.clean.executeWithOptions(options, [{ scope: scope('clean'), rawBars, raw }])),
    { ...stageActivity(input.limits), activityId: activityId('clean') },
  );
  return { symbol, bars: output(cleaned, 'bars') };
}
