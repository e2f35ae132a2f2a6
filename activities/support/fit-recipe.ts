import { deriveSeed } from '../../domain/core/random';
import type { EngineDescription } from '../../domain/models/engines';
import type { SymbolConfig } from '../../shared/contracts/config/schema';
import type { FitTask, TrainInput } from '../../shared/contracts/stages';
import type { StageContext } from './stage-definition';
import { unwrap } from './stage-fault';

/** The part of the configuration that a fit reads, its seed and its engine: all that enters its key besides the data. */
export interface FitRecipe {
  readonly family: string;
  readonly familyVersion: number;
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly engine: EngineDescription;
}

export async function recipeOf({ scope, task, timeframeMs }: TrainInput, context: StageContext): Promise<FitRecipe> {
  const config = await context.symbolConfig(scope);
  const { seed } = await context.runConfig(scope.config);
  const family = unwrap(context.registry.get(task.family));
  return {
    family: task.family,
    familyVersion: family.version,
    params: family.kind === 'rows' ? sizesOf(config, task.family) : netParams(config, task, timeframeMs),
    seed: deriveSeed(seed, 'train', scope.symbol, task.family, task.horizons.join('+'), task.foldId),
    engine: context.engineOf(task.family),
  };
}

function sizesOf(config: SymbolConfig, family: FitTask['family']): Readonly<Record<string, unknown>> {
  return omit(config.models[family], ['enabled']);
}

/** Without what changes no result: how often checkpoints are written, how far the ladder goes, whose queue it starts on. */
function netParams(config: SymbolConfig, task: FitTask, timeframeMs: number): Readonly<Record<string, unknown>> {
  return {
    sizes: sizesOf(config, task.family),
    nets: omit(config.nets, ['checkpointSeconds', 'minMicroBatch', 'device']),
    horizons: task.horizons,
    gapBars: config.clean.gapBars,
    timeframeMs,
  };
}

/** The object without some of its entries. */
export function omit<T extends object, K extends keyof T & string>(object: T, keys: readonly K[]): Omit<T, K> {
  const left = Object.entries(object).filter(([name]) => !keys.some((key) => key === name));
  return Object.fromEntries(left) as Omit<T, K>;
}
