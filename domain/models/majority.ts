import { CLASS_COUNT } from '../core/classes';
import { emptyMatrix } from '../core/matrix';
import { fail, ok } from '../core/result';
import { successionShares, weighClasses } from './class-weights';
import type { FittedModel, RowFamily } from './contract';
import { decodeModel, encodeModel, numbersOf } from './model-bytes';

const FAMILY = { name: 'majority', version: 1 } as const;

/** The family has no parameters; whatever is given is ignored. */
export type MajoritySettings = object;

/**
 * The honest baseline: every row gets the class shares of the training part (by Laplace's rule of succession), so its most
 * likely class is the majority class. Whoever cannot beat it has learnt nothing from the features.
 */
export const majorityFamily: RowFamily<MajoritySettings> = {
  kind: 'rows',
  ...FAMILY,
  wantsScaledFeatures: false,
  fit: (train, _stopping, _params, context) => {
    const weights = weighClasses(train);
    if (!weights.ok) return Promise.resolve(weights);
    context.onProgress({ step: 1, steps: 1, loss: null });
    return Promise.resolve(ok(majorityModel(successionShares(weights.value))));
  },
  fromBytes: (bytes) => {
    const body = decodeModel(FAMILY, bytes);
    if (!body.ok) return body;
    const shares = numbersOf(body.value, 'shares', CLASS_COUNT);
    if (shares === null) return fail('InvalidModel', `The saved majority model lacks its ${CLASS_COUNT} class shares.`);
    return ok(majorityModel(shares));
  },
};

function majorityModel(shares: Float64Array): FittedModel {
  return {
    family: FAMILY.name,
    importances: null,
    predictProbabilities: (features) => {
      const probabilities = emptyMatrix(features.rows, CLASS_COUNT);
      for (let r = 0; r < features.rows; r += 1) probabilities.data.set(shares, r * CLASS_COUNT);
      return probabilities;
    },
    toBytes: () => encodeModel(FAMILY, { shares: [...shares] }),
    dispose: () => undefined,
  };
}
