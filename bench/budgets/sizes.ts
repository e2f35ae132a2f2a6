import { initialWeights } from '../../domain/models/nets/flat-parameters';
import { netParameters } from '../../domain/models/nets/heads';
import { encodeNet } from '../../domain/models/nets/net-bytes';
import { benchNet } from '../nets/plans';

const MB = 1e6;
/** Weights, the best epoch's weights, first and second moment. */
const STATE_VECTORS = 4;

/** What a default model takes: its state while it is trained, and its bytes on disk. Windows of 60 bars, two horizons. */
export function modelSizes(family: string, features: number) {
  const { definition, sizes } = benchNet(family, 'default');
  const window = { lookback: 60, features };
  const heads = { horizons: [20, 60], target: 'class' } as const;
  const weights = initialWeights(netParameters(definition.plan(sizes, window), heads), 1);
  const bytes = encodeNet(definition, { sizes, window, heads, links: [], weights });
  return {
    parameters: weights.length,
    stateMb: (STATE_VECTORS * weights.byteLength) / MB,
    modelMb: bytes.length / MB,
  };
}
