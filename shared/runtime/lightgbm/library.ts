import { loadKoffi, type NativeLibrary } from './koffi';

/** A pointer to one of LightGBM's objects, as koffi gives it. */
export type NativeHandle = bigint;

/** The calls of LightGBM's C API (c_api.h) that are used here. Each throws `LightGbmError` with the library's own words. */
export interface LightGbmApi {
  /** `reference`: the training data set, whose bins a validation set must share; null for a training set. */
  datasetFromMatrix(
    data: Float64Array,
    rows: number,
    columns: number,
    parameters: string,
    reference: NativeHandle | null,
  ): NativeHandle;
  /** `name` is `label` or `weight`. */
  setField(dataset: NativeHandle, name: 'label' | 'weight', values: Float32Array): void;
  setFeatureNames(dataset: NativeHandle, names: readonly string[]): void;
  freeDataset(dataset: NativeHandle): void;
  createBooster(train: NativeHandle, parameters: string): NativeHandle;
  addValidation(booster: NativeHandle, dataset: NativeHandle): void;
  updateOneIteration(booster: NativeHandle): void;
  /** The first metric on the first validation set. */
  validationLoss(booster: NativeHandle): number;
  /** Rounds in the booster: fewer than were asked for where a round found nothing to split. */
  iterationCount(booster: NativeHandle): number;
  modelToString(booster: NativeHandle, iterations: number): string;
  boosterFromString(modelText: string): NativeHandle;
  featureCount(booster: NativeHandle): number;
  classCount(booster: NativeHandle): number;
  /** Fills `out` (rows x classes) with probabilities. */
  predict(
    booster: NativeHandle,
    data: Float64Array,
    rows: number,
    columns: number,
    parameters: string,
    out: Float64Array,
  ): void;
  /** Fills `out` (rows x classes·(columns + 1)) with SHAP values, the bias last in each class. */
  contributions(
    booster: NativeHandle,
    data: Float64Array,
    rows: number,
    columns: number,
    parameters: string,
    out: Float64Array,
  ): void;
  /** Fills `out` with the total gain of each feature. */
  gainImportances(booster: NativeHandle, out: Float64Array): void;
  freeBooster(booster: NativeHandle): void;
}

/** LightGBM refused a call. */
class LightGbmError extends Error {
  constructor(call: string, message: string) {
    super(`LightGBM (${call}): ${message}`);
    this.name = 'LightGbmError';
  }
}

const FLOAT32 = 0;
const FLOAT64 = 1;
const ROW_MAJOR = 1;
const PREDICT_NORMAL = 0;
const PREDICT_CONTRIBUTIONS = 3;
const IMPORTANCE_GAIN = 1;

/**
 * Loads LightGBM's shared library and binds its C API. `gompPath` is loaded first and made visible to it, for systems
 * without `libgomp.so.1`. Throws what the dynamic loader says.
 */
export async function openLightGbmLibrary(libraryPath: string, gompPath: string | null): Promise<LightGbmApi> {
  const koffi = await loadKoffi();
  if (gompPath !== null) koffi.load(gompPath, { global: true });
  const call = binder(koffi.load(libraryPath, { lazy: true }));

  const datasetFromMatrix = call(
    'LGBM_DatasetCreateFromMat',
    'void *',
    'int',
    'int32',
    'int32',
    'int',
    'str',
    'void *',
    'void *',
  );
  const setField = call('LGBM_DatasetSetField', 'void *', 'str', 'void *', 'int', 'int');
  const setFeatureNames = call('LGBM_DatasetSetFeatureNames', 'void *', 'str *', 'int');
  const freeDataset = call('LGBM_DatasetFree', 'void *');
  const createBooster = call('LGBM_BoosterCreate', 'void *', 'str', 'void *');
  const addValidation = call('LGBM_BoosterAddValidData', 'void *', 'void *');
  const updateOneIteration = call('LGBM_BoosterUpdateOneIter', 'void *', 'void *');
  const getEval = call('LGBM_BoosterGetEval', 'void *', 'int', 'void *', 'void *');
  const currentIteration = call('LGBM_BoosterGetCurrentIteration', 'void *', 'void *');
  const saveModelToString = call(
    'LGBM_BoosterSaveModelToString',
    'void *',
    'int',
    'int',
    'int',
    'int64',
    'void *',
    'void *',
  );
  const loadModelFromString = call('LGBM_BoosterLoadModelFromString', 'str', 'void *', 'void *');
  const numFeature = call('LGBM_BoosterGetNumFeature', 'void *', 'void *');
  const numClasses = call('LGBM_BoosterGetNumClasses', 'void *', 'void *');
  const predictForMat = call(
    'LGBM_BoosterPredictForMat',
    ...['void *', 'void *', 'int', 'int32', 'int32', 'int', 'int', 'int', 'int', 'str', 'void *', 'void *'],
  );
  const featureImportance = call('LGBM_BoosterFeatureImportance', 'void *', 'int', 'int', 'void *');
  const freeBooster = call('LGBM_BoosterFree', 'void *');

  const predictAs =
    (kind: number): LightGbmApi['predict'] =>
    (booster, data, rows, columns, parameters, out) => {
      const length = new BigInt64Array(1);
      predictForMat(booster, data, FLOAT64, rows, columns, ROW_MAJOR, kind, 0, -1, parameters, length, out);
    };

  return {
    datasetFromMatrix: (data, rows, columns, parameters, reference) =>
      handleFrom((out) => datasetFromMatrix(data, FLOAT64, rows, columns, ROW_MAJOR, parameters, reference, out)),
    setField: (dataset, name, values) => setField(dataset, name, values, values.length, FLOAT32),
    setFeatureNames: (dataset, names) => setFeatureNames(dataset, names, names.length),
    freeDataset: (dataset) => freeDataset(dataset),
    createBooster: (train, parameters) => handleFrom((out) => createBooster(train, parameters, out)),
    addValidation: (booster, dataset) => addValidation(booster, dataset),
    updateOneIteration: (booster) => updateOneIteration(booster, new Int32Array(1)),
    validationLoss: (booster) => {
      const losses = new Float64Array(4);
      getEval(booster, 1, new Int32Array(1), losses);
      return losses[0] ?? NaN;
    },
    iterationCount: (booster) => intFrom((out) => currentIteration(booster, out)),
    modelToString: (booster, iterations) =>
      textFrom((size, length, out) => saveModelToString(booster, 0, iterations, IMPORTANCE_GAIN, size, length, out)),
    boosterFromString: (modelText) => handleFrom((out) => loadModelFromString(modelText, new Int32Array(1), out)),
    featureCount: (booster) => intFrom((out) => numFeature(booster, out)),
    classCount: (booster) => intFrom((out) => numClasses(booster, out)),
    predict: predictAs(PREDICT_NORMAL),
    contributions: predictAs(PREDICT_CONTRIBUTIONS),
    gainImportances: (booster, out) => featureImportance(booster, -1, IMPORTANCE_GAIN, out),
    freeBooster: (booster) => freeBooster(booster),
  };
}

type Call = (...args: unknown[]) => void;

/** Every call returns 0, or -1 with its reason in LGBM_GetLastError. */
function binder(library: NativeLibrary): (name: string, ...types: string[]) => Call {
  const lastError = library.func('LGBM_GetLastError', 'str', []) as unknown as () => string;
  return (name, ...types) => {
    const native = library.func(name, 'int', types) as unknown as (...args: unknown[]) => number;
    return (...args) => {
      if (native(...args) !== 0) throw new LightGbmError(name, lastError());
    };
  };
}

function handleFrom(fill: (out: BigUint64Array) => void): NativeHandle {
  const out = new BigUint64Array(1);
  fill(out);
  return out[0] ?? 0n;
}

function intFrom(fill: (out: Int32Array) => void): number {
  const out = new Int32Array(1);
  fill(out);
  return out[0] ?? 0;
}

const FIRST_TEXT_BYTES = 1 << 20;

/** Asks with a buffer of a usual size first; the library answers with the size that it needs. */
function textFrom(fill: (size: number, length: BigInt64Array, out: Uint8Array) => void): string {
  const length = new BigInt64Array(1);
  let buffer = new Uint8Array(FIRST_TEXT_BYTES);
  fill(buffer.length, length, buffer);
  const needed = Number(length[0]);
  if (needed > buffer.length) {
    buffer = new Uint8Array(needed);
    fill(buffer.length, length, buffer);
  }
  // The length counts the terminating zero.
  return new TextDecoder().decode(buffer.subarray(0, needed - 1));
}
