import type { BoostingEngine } from '../../domain/models/engines';
import { createLightGbmEngine } from '../../shared/runtime/lightgbm/engine';

/** The real engine. Without the library the tests fail: a skipped native test proves nothing. */
export async function lightGbmEngine(threads = 1): Promise<BoostingEngine> {
  const engine = await createLightGbmEngine({ ...lightGbmPaths(), threads });
  if (!engine.ok) throw new Error(engine.fault.message);
  return engine.value;
}

export function lightGbmPaths(): { libraryPath: string; gompPath: string | null; version: string } {
  const given = process.env['CANDLEWICK_LIGHTGBM_LIB'];
  if (given !== undefined) return { libraryPath: given, gompPath: null, version: '4.7.0' };
  throw new Error('LightGBM is not set up: run ./candlewick setup, or name it in CANDLEWICK_LIGHTGBM_LIB.');
}
