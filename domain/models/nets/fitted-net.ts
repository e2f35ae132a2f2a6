import type { Tensor, Tensor1D, Tensor3D } from '@tensorflow/tfjs-core';
import type { NamedTensors, ProgramDefinition, ProgramFunction, TensorProgram } from '../../../training/graph/program';
import { CLASS_COUNT } from '../../core/classes';
import { emptyMatrix, type Matrix } from '../../core/matrix';
import { ok, type Result } from '../../core/result';
import type { WindowSeries } from '../../core/window-series';
import { gatherWindows } from '../../core/windows';
import type { FittedModel } from '../contract';
import type { TensorEngine } from '../engines';
import { openReturnLink, throughLink } from '../return-link';
import type { NetDefinition, WindowShape } from './contract';
import { splitParameters } from './flat-parameters';
import { applyHeads, headWidth } from './heads';
import { decodeNet, type DecodedNet } from './net-bytes';

/** A trained net, loaded. */
export interface FittedNet {
  readonly window: WindowShape;
  /** In bars, in the order of the heads. */
  readonly horizons: readonly number[];
  /**
   * Probabilities (rows.length x CLASS_COUNT) of one horizon for the windows that end at the given rows; NaN where the
   * window is not whole. Every window is computed alone, in batches of one fixed size: neither the other rows nor their
   * number change a bit of it. Throws a RangeError for a horizon or a number of features that it was not trained with.
   */
  predict(series: WindowSeries, rows: Int32Array, horizonBars: number): Matrix;
  /** The same for all horizons at once, in their order: one pass of the net. */
  predictAll(series: WindowSeries, rows: Int32Array): readonly Matrix[];
  /**
   * What the net can tell of how it judged, by name, each (rows.length x numbers); NaN where the window is not whole. Null
   * where the family explains nothing.
   */
  explain(series: WindowSeries, rows: Int32Array): Readonly<Record<string, Matrix>> | null;
  /** Frees native memory. The net must not be used after it. */
  dispose(): void;
}

/**
 * Windows of one batch, always filled up to it. One size for all: libraries choose their kernels, and so the order in which
 * they add, by shape. Eight stay in the cache: measured, many windows take less time than in batches of 64 or 256, and a
 * single one takes a few milliseconds.
 */
export const PREDICTION_BATCH = 8;

/** Loads what `encodeNet` wrote. `InvalidModel` as `decodeNet` says. */
export function openFittedNet(definition: NetDefinition, bytes: Uint8Array, engine: TensorEngine): Result<FittedNet> {
  const decoded = decodeNet(definition, bytes);
  if (!decoded.ok) return decoded;
  const links: FittedModel[] = [];
  for (const text of decoded.value.links) {
    const link = openReturnLink(text);
    if (!link.ok) return link;
    links.push(link.value);
  }
  return ok(fittedNet(decoded.value, links, engine));
}

function fittedNet(net: DecodedNet, links: readonly FittedModel[], engine: TensorEngine): FittedNet {
  const { heads, window } = net;
  const outputs = openNetOutputs(net, engine);
  const judge = (values: Matrix, head: number): Matrix => {
    const own = headOf(net, values, head);
    const link = links[head];
    return link === undefined ? softmaxRows(own) : throughLink(link, own);
  };
  return {
    window,
    horizons: heads.horizons,
    predict: (series, rows, horizonBars) => {
      const head = heads.horizons.indexOf(horizonBars);
      if (head < 0) {
        throw new RangeError(`The net knows the horizons ${heads.horizons.join(', ')}, not ${horizonBars}.`);
      }
      return judge(outputs.predict(series, rows), head);
    },
    predictAll: (series, rows) => {
      const values = outputs.predict(series, rows);
      return heads.horizons.map((_, head) => judge(values, head));
    },
    explain: outputs.explain,
    dispose: outputs.dispose,
  };
}

/** What the heads put out, before it is made into probabilities. */
export interface NetOutputs {
  /** (rows.length x horizons · headWidth), NaN where the window is not whole. */
  readonly predict: (series: WindowSeries, rows: Int32Array) => Matrix;
  readonly explain: (series: WindowSeries, rows: Int32Array) => Readonly<Record<string, Matrix>> | null;
  readonly dispose: () => void;
}

/** Loads the weights into a program that predicts. */
export function openNetOutputs(net: DecodedNet, engine: TensorEngine): NetOutputs {
  const program = engine.createProgram(predictProgram(net));
  program.writeState({ weights: net.weights });
  const explains = net.plan.explain !== undefined;
  return {
    predict: (series, rows) => {
      const found = runBatches(program, 'predict', net.window, series, rows)['outputs'];
      return found ?? missingMatrix(rows.length, net.heads.horizons.length * headWidth(net.heads.target));
    },
    explain: (series, rows) => (explains ? runBatches(program, 'explain', net.window, series, rows) : null),
    dispose: () => program.dispose(),
  };
}

/** One head's columns of what all heads put out. */
export function headOf({ heads }: Pick<DecodedNet, 'heads'>, outputs: Matrix, head: number): Matrix {
  const width = headWidth(heads.target);
  const values = emptyMatrix(outputs.rows, width);
  for (let r = 0; r < outputs.rows; r += 1) {
    const from = r * outputs.columns + head * width;
    values.data.set(outputs.data.subarray(from, from + width), r * width);
  }
  return values;
}

function predictProgram({ plan, heads, parameters, window, weights }: DecodedNet): ProgramDefinition {
  const inputs = {
    windows: { shape: [PREDICTION_BATCH, window.lookback, window.features], dtype: 'float32' },
  } as const;
  const parametersOf = (state: NamedTensors) => splitParameters(parameters, named(state, 'weights') as Tensor1D);
  const predict: ProgramFunction = {
    inputs,
    body: (state, values) => {
      const found = parametersOf(state);
      const trunk = plan.trunk(found, named(values, 'windows') as Tensor3D, null);
      return { outputs: { outputs: applyHeads(heads, found, trunk) } };
    },
  };
  const { explain } = plan;
  const functions: Record<string, ProgramFunction> =
    explain === undefined
      ? { predict }
      : {
          predict,
          explain: {
            inputs,
            body: (state, values) => ({
              outputs: explain(parametersOf(state), named(values, 'windows') as Tensor3D),
            }),
          },
        };
  return { state: { weights: { shape: [weights.length], dtype: 'float32' } }, functions };
}

/** Runs a function over the windows that end at `rows`, batch by batch: every output as (rows.length x numbers). */
function runBatches(
  program: TensorProgram,
  functionName: string,
  window: WindowShape,
  series: WindowSeries,
  rows: Int32Array,
): Record<string, Matrix> {
  if (series.columns !== window.features) {
    throw new RangeError(`The net was trained on ${window.features} features, got ${series.columns}.`);
  }
  const places = [...rows.keys()].filter((i) => (series.runLength[rows[i] ?? -1] ?? 0) >= window.lookback);
  const windows = new Float32Array(PREDICTION_BATCH * window.lookback * window.features);
  const results: Record<string, Matrix> = {};
  for (let from = 0; from < places.length; from += PREDICTION_BATCH) {
    const batch = places.slice(from, from + PREDICTION_BATCH);
    const ends = Int32Array.from(batch, (place) => rows[place] ?? 0);
    gatherWindows(series, ends, window.lookback, windows);
    for (const [name, values] of Object.entries(program.run(functionName, { windows }))) {
      const columns = values.length / PREDICTION_BATCH;
      const matrix = (results[name] ??= missingMatrix(rows.length, columns));
      for (const [i, place] of batch.entries()) {
        matrix.data.set(values.subarray(i * columns, (i + 1) * columns), place * columns);
      }
    }
  }
  return results;
}

function missingMatrix(rows: number, columns: number): Matrix {
  const matrix = emptyMatrix(rows, columns);
  matrix.data.fill(NaN);
  return matrix;
}

function softmaxRows(logits: Matrix): Matrix {
  const shares = emptyMatrix(logits.rows, CLASS_COUNT);
  for (let from = 0; from < logits.data.length; from += CLASS_COUNT) {
    const row = logits.data.subarray(from, from + CLASS_COUNT);
    const highest = Math.max(...row);
    const exponentials = row.map((logit) => Math.exp(logit - highest));
    const total = exponentials.reduce((sum, value) => sum + value, 0);
    shares.data.set(
      exponentials.map((value) => value / total),
      from,
    );
  }
  return shares;
}

function named(tensors: NamedTensors, name: string): Tensor {
  const found = tensors[name];
  if (found === undefined) throw new RangeError(`There is no tensor '${name}'.`);
  return found;
}
