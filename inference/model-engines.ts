import { fail } from '../domain/core/result';
import type { BoostingEngine, EngineDescription } from '../domain/models/engines';
import { PORTABLE_ENGINE } from '../domain/models/engines';
import { createLightGbmFamily } from '../domain/models/lightgbm';
import { logisticFamily } from '../domain/models/logistic';
import { majorityFamily } from '../domain/models/majority';
import type { ModelRegistry } from '../domain/models/registry';
import { createModelRegistry } from '../domain/models/registry';
import { createLightGbmEngine } from '../shared/runtime/lightgbm/engine';
import type { NativeParts } from '../shared/runtime/native-parts';

/** Every model family with its engine inside, and what each was computed by. */
export interface ModelEngines {
  readonly registry: ModelRegistry;
  /** Part of the key of training: another engine may give another model. */
  readonly describe: (family: string) => EngineDescription;
}

/**
 * Loads the engines that this machine has. A family whose engine is missing stays in the registry and answers
 * `EngineUnavailable` with what to do, so that the others go on.
 */
export async function openModelEngines(parts: NativeParts, threads: number): Promise<ModelEngines> {
  const boosting = await openBoosting(parts, threads);
  const registry = createModelRegistry([majorityFamily, logisticFamily, createLightGbmFamily(boosting)]);
  return { registry, describe: (family) => (family === 'lightgbm' ? boosting.description : PORTABLE_ENGINE) };
}

async function openBoosting({ lightgbm, libgomp }: NativeParts, threads: number): Promise<BoostingEngine> {
  if (!lightgbm.found) return missingBoosting(lightgbm.remedy, threads);
  const engine = await createLightGbmEngine({
    libraryPath: lightgbm.path,
    gompPath: libgomp.found ? libgomp.path : null,
    version: lightgbm.version,
    threads,
  });
  return engine.ok ? engine.value : missingBoosting(engine.fault.message, threads);
}

function missingBoosting(remedy: string, threads: number): BoostingEngine {
  return {
    description: { library: 'lightgbm', version: 'missing', threads, device: 'cpu' },
    train: () => Promise.resolve(fail('EngineUnavailable', remedy)),
    load: () => fail('EngineUnavailable', remedy),
  };
}
