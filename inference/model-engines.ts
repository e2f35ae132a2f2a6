import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Result } from '../domain/core/result';
import { fail } from '../domain/core/result';
import type { WindowFamily } from '../domain/models/contract';
import type { BoostingEngine, EngineDescription, TensorEngine } from '../domain/models/engines';
import { PORTABLE_ENGINE } from '../domain/models/engines';
import { createLightGbmFamily } from '../domain/models/lightgbm';
import { logisticFamily } from '../domain/models/logistic';
import { majorityFamily } from '../domain/models/majority';
import type { NetDefinition } from '../domain/models/nets/contract';
import { NET_DEFINITIONS } from '../domain/models/nets/registry';
import type { ModelRegistry } from '../domain/models/registry';
import { createModelRegistry } from '../domain/models/registry';
import { createLightGbmEngine } from '../shared/runtime/lightgbm/engine';
import type { NativePart, NativeParts } from '../shared/runtime/native-parts';
import type { TensorSetting } from './tensor-engine';
import { describeTensorEngine, lazyTensorEngine } from './tensor-engine';

/** Every model family, and what each is computed by. */
export interface ModelEngines {
  readonly registry: ModelRegistry;
  /** Part of the key of training: another engine may give another model. */
  readonly describe: (family: string) => EngineDescription;
  /** What nets run on; loaded when it is first asked for. */
  readonly tensorEngine: () => Promise<Result<TensorEngine>>;
}

/**
 * Loads the engines that this machine has, for a process that fits or predicts. A family whose engine is missing stays in
 * the registry and answers `EngineUnavailable` with what to do, so that the others go on.
 */
export async function openModelEngines(parts: NativeParts, setting: TensorSetting): Promise<ModelEngines> {
  const { threads } = setting;
  const boosting = await openBoosting(parts, threads);
  const registry = registryWith(boosting);
  const tensor = describeTensorEngine(parts, setting, createFileHasher());
  return {
    registry,
    describe: describeWith(registry, { boosting: () => boosting.description, tensor: () => tensor }),
    tensorEngine: lazyTensorEngine(parts, setting),
  };
}

/**
 * The engines as they stand on disk now, for a process that only finds keys: nothing is loaded, and a library that is
 * installed or upgraded meanwhile is seen at once.
 */
export function describeModelEngines(locate: () => NativeParts, setting: TensorSetting): ModelEngines {
  const { threads } = setting;
  const hashOf = createFileHasher();
  const describe = (): EngineDescription => describeLightGbm(locate().lightgbm, threads, hashOf);
  const keysOnly = missingBoosting('this process finds keys only and fits nothing', threads);
  const registry = registryWith(keysOnly);
  const tensor = (): EngineDescription => describeTensorEngine(locate(), setting, hashOf);
  return {
    registry,
    describe: describeWith(registry, { boosting: describe, tensor }),
    tensorEngine: () => Promise.resolve(fail('EngineUnavailable', 'this process finds keys only and fits nothing')),
  };
}

function registryWith(boosting: BoostingEngine): ModelRegistry {
  const nets = NET_DEFINITIONS.map(windowFamily);
  return createModelRegistry([majorityFamily, logisticFamily, createLightGbmFamily(boosting), ...nets]);
}

function windowFamily(net: NetDefinition): WindowFamily {
  return { kind: 'windows', name: net.name, version: net.version, net };
}

function describeWith(
  registry: ModelRegistry,
  engines: { readonly boosting: () => EngineDescription; readonly tensor: () => EngineDescription },
): ModelEngines['describe'] {
  return (name) => {
    if (name === 'lightgbm') return engines.boosting();
    const family = registry.get(name);
    return family.ok && family.value.kind === 'windows' ? engines.tensor() : PORTABLE_ENGINE;
  };
}

function describeLightGbm(part: NativePart, threads: number, hashOf: (path: string) => string): EngineDescription {
  if (!part.found) return missingBoosting(part.remedy, threads).description;
  return { library: 'lightgbm', version: part.version, librarySha256: hashOf(part.path), threads, device: 'cpu' };
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

/** SHA-256 of a file, computed again only when it is another file or was written since, also under an old date. */
function createFileHasher(): (path: string) => string {
  const known = new Map<string, { readonly stamp: string; readonly sha256: string }>();
  return (path) => {
    const { ino, size, mtimeMs, ctimeMs } = statSync(path);
    const stamp = [ino, size, mtimeMs, ctimeMs].join('-');
    const kept = known.get(path);
    if (kept?.stamp === stamp) return kept.sha256;
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    known.set(path, { stamp, sha256 });
    return sha256;
  };
}
