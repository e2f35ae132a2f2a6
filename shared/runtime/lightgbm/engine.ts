import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Fault, Result } from '../../../domain/core/result';
import type { Booster, BoostingEngine, EngineDescription } from '../../../domain/models/engines';
import { fitBooster, NonFiniteLossError, parameterText } from './fit';
import { openLightGbmLibrary, type LightGbmApi } from './library';

/** Where LightGBM is and how it shall run. */
export interface LightGbmEngineOptions {
  readonly libraryPath: string;
  /** `libgomp.so.1` to load first; null where the system has it. */
  readonly gompPath: string | null;
  /** The library's release, as pinned by the set-up; its file's hash is found here. */
  readonly version: string;
  readonly threads: number;
}

/** Loads LightGBM. `EngineUnavailable`, with what to do, where the library is missing or will not load. */
export async function createLightGbmEngine(options: LightGbmEngineOptions): Promise<Result<BoostingEngine>> {
  try {
    const librarySha256 = createHash('sha256').update(readFileSync(options.libraryPath)).digest('hex');
    const api = await openLightGbmLibrary(options.libraryPath, options.gompPath);
    const { version, threads } = options;
    return { ok: true, value: engineOf(api, { library: 'lightgbm', version, librarySha256, threads, device: 'cpu' }) };
  } catch (error) {
    return refused(
      'EngineUnavailable',
      `LightGBM cannot be loaded from ${options.libraryPath}: ${messageOf(error)}. Run ./candlewick setup, then ./candlewick doctor.`,
    );
  }
}

function engineOf(api: LightGbmApi, description: EngineDescription): BoostingEngine {
  return {
    description,
    train: async (request) => {
      try {
        return { ok: true, value: await fitBooster(api, request, description.threads) };
      } catch (error) {
        return refused(codeOf(error), messageOf(error));
      }
    },
    load: (modelText) => {
      // The library itself may crash on a text that was cut off.
      if (!modelText.startsWith('tree') || !modelText.includes('end of trees')) {
        return refused(
          'InvalidModel',
          `The LightGBM model text of ${modelText.length} characters is cut off or no model.`,
        );
      }
      try {
        return { ok: true, value: openBooster(api, modelText, description.threads) };
      } catch (error) {
        return refused(codeOf(error), messageOf(error));
      }
    },
  };
}

function openBooster(api: LightGbmApi, modelText: string, threads: number): Booster {
  const handle = api.boosterFromString(modelText);
  const featureCount = api.featureCount(handle);
  const classCount = api.classCount(handle);
  const parameters = parameterText({ parameters: {} }, threads);
  let open = true;
  const check = (columns: number): void => {
    if (!open) throw new Error('This LightGBM model was disposed of; load it again.');
    if (columns !== featureCount) {
      throw new RangeError(`The LightGBM model was fitted on ${featureCount} features, got ${columns}.`);
    }
  };
  return {
    featureCount,
    classCount,
    predict: ({ data, rows, columns }) => {
      check(columns);
      const probabilities = { data: new Float64Array(rows * classCount), rows, columns: classCount };
      if (rows > 0) api.predict(handle, data, rows, columns, parameters, probabilities.data);
      return probabilities;
    },
    contributions: ({ data, rows, columns }) => {
      check(columns);
      const width = classCount * (featureCount + 1);
      const contributions = { data: new Float64Array(rows * width), rows, columns: width };
      if (rows > 0) api.contributions(handle, data, rows, columns, parameters, contributions.data);
      return contributions;
    },
    gainImportances: () => {
      check(featureCount);
      const importances = new Float64Array(featureCount);
      api.gainImportances(handle, importances);
      return importances;
    },
    dispose: () => {
      if (open) api.freeBooster(handle);
      open = false;
    },
  };
}

function codeOf(error: unknown): string {
  if (error instanceof NonFiniteLossError) return 'NumericalFailure';
  return /bad_alloc|cannot allocate/i.test(messageOf(error)) ? 'OutOfMemory' : 'InvalidModel';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function refused(code: string, message: string): { readonly ok: false; readonly fault: Fault } {
  return { ok: false, fault: { code, message } };
}
