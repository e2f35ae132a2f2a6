import { COMPUTATIONS } from '../stages';
import type { ComputePool } from './compute-pool';
import type { StageContext, StageDefinition, StageInput } from './stage-definition';

/** Computes stages in this process: for a queue whose stages wait for others rather than compute. */
export function createInProcessPool(context: StageContext): ComputePool {
  return {
    compute: (stage, input, { key, onProgress, signal }) => {
      const definition: StageDefinition<StageInput> = COMPUTATIONS[stage];
      const lifetime = { key, signal, canStop: () => undefined, tell: () => undefined };
      return definition.compute(definition.schema.parse(input), context, onProgress, lifetime);
    },
    close: () => Promise.resolve(),
  };
}
