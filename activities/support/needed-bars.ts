import type { ArtifactRef } from '../../shared/contracts/artifact';
import { StageFault } from './stage-fault';

/** The bars that a fit was handed; `wanted` is what needs them. Runs begun by an old version hand none over. */
export function neededBars(bars: ArtifactRef | undefined, wanted: string): ArtifactRef {
  if (bars !== undefined) return bars;
  const message = `${wanted} needs the bars, which runs begun before it was there do not hand to their fits: start the run again`;
  throw new StageFault({ code: 'ArtifactMissing', message });
}
