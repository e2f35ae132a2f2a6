import type { Matrix } from '../domain/core/matrix';
import type { Result } from '../domain/core/result';
import { fail, ok } from '../domain/core/result';
import { windowSeries } from '../domain/core/window-runs';
import type { ModelFamily } from '../domain/models/contract';
import type { TensorEngine } from '../domain/models/engines';
import { predictWithRecipe } from '../domain/models/fitted-recipe';
import { openFittedNet } from '../domain/models/nets/fitted-net';
import type { Scaler } from '../domain/models/scaler';
import type { Bundle } from '../shared/contracts/bundle';

/** A fitted model over a whole series: the one contract for models of single rows and for nets on windows. */
export interface SeriesModel {
  /** Uncalibrated probabilities (bars x CLASS_COUNT); NaN where a feature, or a whole window before the bar, is missing. */
  readonly predict: (features: Matrix, time: Float64Array) => Matrix;
  readonly dispose: () => void;
}

/** `InvalidModel` where the bytes are not what the bundle says, `EngineUnavailable` where a net has nothing to run on. */
export async function openSeriesModel(
  bundle: Bundle,
  family: ModelFamily,
  given: {
    readonly bytes: Uint8Array;
    readonly scaler: Scaler | null;
    readonly tensorEngine: () => Promise<Result<TensorEngine>>;
  },
): Promise<Result<SeriesModel>> {
  const { bytes, scaler } = given;
  if (family.kind === 'rows') {
    const model = family.fromBytes(bytes);
    if (!model.ok) return model;
    return ok({
      predict: (features) => predictWithRecipe({ model: model.value, scaler }, features),
      dispose: () => model.value.dispose(),
    });
  }
  const { windows } = bundle.recipe;
  if (windows === null || scaler === null) {
    return fail('InvalidModel', `The bundle of ${family.name} names no windows or no scaler; train it again.`);
  }
  const engine = await given.tensorEngine();
  if (!engine.ok) return engine;
  const net = openFittedNet(family.net, bytes, engine.value);
  if (!net.ok) return net;
  return ok({
    predict: (features, time) => {
      const series = windowSeries(scaler.transform(features), time, { ...windows, timeframeMs: bundle.timeframeMs });
      return net.value.predict(series, allRows(features.rows), bundle.horizonBars);
    },
    dispose: () => net.value.dispose(),
  });
}

function allRows(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, row) => row);
}
