import type { BoostingEngine } from '../../domain/models/engines';
import { createLightGbmEngine, type LightGbmEngineOptions } from '../../shared/runtime/lightgbm/engine';
import { locateNativeParts } from '../../shared/runtime/native-parts';

/** The real engine. Without the library the tests fail: a skipped native test proves nothing. */
export async function lightGbmEngine(threads = 1): Promise<BoostingEngine> {
  const engine = await createLightGbmEngine({ ...lightGbmPaths(), threads });
  if (!engine.ok) throw new Error(engine.fault.message);
  return engine.value;
}

export function lightGbmPaths(): Omit<LightGbmEngineOptions, 'threads'> {
  const { lightgbm, libgomp } = locateNativeParts(process.env);
  if (!lightgbm.found) throw new Error(lightgbm.remedy);
  return { libraryPath: lightgbm.path, gompPath: libgomp.found ? libgomp.path : null, version: lightgbm.version };
}
