import type { FeatureDeclaration } from '../declaration';
import { Lag } from '../indicators/lag';
import { at, logReturn } from '../numeric';

/** Log returns of the close over one bar and over two longer spans. */
export const RETURN_FEATURES: readonly FeatureDeclaration[] = [1, 5, 20].map(logReturnOver);

function logReturnOver(bars: number): FeatureDeclaration {
  return {
    name: `logReturn${bars}`,
    family: 'return',
    inputs: ['close'],
    warmUp: { kind: 'exact', bars },
    timeframe: 'base',
    definition: `ln(close / close ${bars} ${bars === 1 ? 'bar' : 'bars'} ago)`,
    source: 'Campbell, Lo, MacKinlay 1997, ch. 1',
    create: () => {
      const earlier = new Lag(bars);
      return {
        push: (chunk, row) => {
          const close = at(chunk.close, row);
          return logReturn(earlier.push(close), close);
        },
      };
    },
  };
}
