import type { ParameterSpec } from '../../../domain/models/nets/contract';
import { decayMask, initialWeights, parameterCount } from '../../../domain/models/nets/flat-parameters';
import { createEagerProgram } from '../../../training/graph/eager-program';
import { createBatchLoader } from '../../../training/neural/batches';
import type { TrainingSettings } from '../../../training/neural/contract';
import { prepareFit } from '../../../training/neural/prepare-fit';
import { trainProgram } from '../../../training/neural/train-program';
import { updateOnce } from '../../../training/neural/updater';
import { openTestBackend } from '../../support/tensor-backend';
import { netFit } from './net-fits';

beforeAll(openTestBackend);

/** The first moment after one update with beta1 = 0 is the gradient itself. */
const BARE: Partial<TrainingSettings> = { beta1: 0, clipNorm: null, batchSize: 40 };

describe('one accumulated gradient', () => {
  it.each([
    [0, 20],
    [0, 7],
    [0.3, 20],
    [0.3, 7],
    [0.3, 1],
  ])('is the whole batch’s, tensor by tensor (dropout %d, micro-batch %d)', (dropout, microBatch) => {
    const whole = oneUpdate({ dropout, microBatch: 40 });
    const accumulated = oneUpdate({ dropout, microBatch });
    for (const [i, [name, expected]] of whole.gradients.entries()) {
      const given = accumulated.gradients[i]![1];
      expect({ name, difference: relativeDifference(given, expected) < 1e-5 }).toEqual({ name, difference: true });
      expect(given.some((value) => value !== 0)).toBe(true);
    }
    expect(accumulated.loss).toBeCloseTo(whole.loss, 6);
    expect(accumulated.gradientNorm).toBeCloseTo(whole.gradientNorm, 6);
  });

  it('depends on the masks: another step drops other units', () => {
    const [first, other] = [
      oneUpdate({ dropout: 0.3, microBatch: 7 }),
      oneUpdate({ dropout: 0.3, microBatch: 7, step: 1 }),
    ];
    expect(relativeDifference(other.gradients[0]![1], first.gradients[0]![1])).toBeGreaterThan(0.1);
  });

  it('starts from zero again after it was applied', () => {
    const { program, state } = oneUpdate({ dropout: 0, microBatch: 7 });
    expect(state['gradient']!.every((value) => value === 0)).toBe(true);
    program.dispose();
  });
});

describe('the training program', () => {
  it('gives the gradient of finite differences', () => {
    const { gradients, lossAt, weights } = oneUpdate({ dropout: 0, microBatch: 40 });
    const flat = Float32Array.from(gradients.flatMap(([, values]) => [...values]));
    for (let i = 0; i < weights.length; i += 7) {
      const nudged = (by: number): number => lossAt(weights.map((w, j) => (i === j ? w + by : w)));
      expect((nudged(0.01) - nudged(-0.01)) / 0.02).toBeCloseTo(flat[i]!, 3);
    }
  });

  it('lets padding change nothing', () => {
    const full = oneUpdate({ dropout: 0, microBatch: 40, rows: 33 });
    const exact = oneUpdate({ dropout: 0, microBatch: 33, rows: 33, batchSize: 33 });
    for (const [i, [, expected]] of exact.gradients.entries()) {
      expect(relativeDifference(full.gradients[i]![1], expected)).toBeLessThan(1e-5);
    }
  });

  it('takes decay from matrices only', () => {
    const fit = netFit();
    const prepared = prepareFit(fit);
    if (!prepared.ok) throw new Error(prepared.fault.message);
    const pulled = sliceByName(prepared.value.parameters, decayMask(prepared.value.parameters));
    for (const [name, mask] of pulled)
      expect(mask.every((one) => one === (name.endsWith('kernel') ? 1 : 0))).toBe(true);
  });
});

interface UpdateOptions {
  readonly dropout: number;
  readonly microBatch: number;
  readonly step?: number;
  readonly rows?: number;
  readonly batchSize?: number;
}

function oneUpdate({ dropout, microBatch, step = 0, rows = 40, batchSize = 40 }: UpdateOptions) {
  const fit = netFit({ sizes: { units: 6, dropout } }, { ...BARE, batchSize });
  const prepared = prepareFit(fit);
  if (!prepared.ok) throw new Error(prepared.fault.message);
  const parts = { ...prepared.value, settings: fit.settings, microBatch };
  const program = createEagerProgram(trainProgram(parts));
  const weights = initialWeights(prepared.value.parameters, 3);
  program.writeState({ weights });
  const loader = createBatchLoader(fit, prepared.value, microBatch);
  const batch = prepared.value.trainRows.slice(0, rows);
  const accumulates = microBatch < batchSize;
  const update = { step, rows: batch, learningRate: 0.01, accumulates };
  const facts = updateOnce(program, loader, fit.settings, update);
  const state = program.readState() as Readonly<Record<string, Float32Array>>;
  const lossAt = (at: Float32Array): number => {
    const fresh = createEagerProgram(trainProgram(parts));
    fresh.writeState({ weights: at });
    const { loss } = updateOnce(fresh, loader, fit.settings, update);
    fresh.dispose();
    return loss;
  };
  return {
    ...facts,
    state,
    program,
    weights,
    lossAt,
    gradients: sliceByName(prepared.value.parameters, state['firstMoment']!),
  };
}

/** Name and numbers of every parameter, as views on the vector. */
function sliceByName(
  specs: readonly ParameterSpec[],
  flat: Float32Array,
): readonly (readonly [name: string, values: Float32Array])[] {
  let offset = 0;
  return specs.map((spec) => {
    const from = offset;
    offset += parameterCount([spec]);
    return [spec.name, flat.subarray(from, offset)] as const;
  });
}

function relativeDifference(given: Float32Array, expected: Float32Array): number {
  const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return norm(given.map((value, i) => value - expected[i]!)) / norm(expected);
}
