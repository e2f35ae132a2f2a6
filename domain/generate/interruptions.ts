import type { RandomStream } from '../core/random';

/** Chance that a single bar is missing, as bars without a trade are. */
const MISSING_CHANCE = 0.002;
/** Chance that an outage of the venue or the recorder begins with this bar. */
const OUTAGE_CHANCE = 0.0003;
const OUTAGE_BARS_MIN = 4;
const OUTAGE_BARS_MAX = 24;

/** Decides slot after slot whether its bar is missing. The first bar of a series is always there. */
export function createInterruptions(random: RandomStream): () => boolean {
  let isFirst = true;
  let outageBarsLeft = 0;
  return () => {
    const draw = random.uniform();
    if (isFirst) {
      isFirst = false;
      return false;
    }
    if (outageBarsLeft > 0) {
      outageBarsLeft -= 1;
      return true;
    }
    if (draw >= OUTAGE_CHANCE) return draw < OUTAGE_CHANCE + MISSING_CHANCE;
    outageBarsLeft = OUTAGE_BARS_MIN - 1 + random.integer(OUTAGE_BARS_MAX - OUTAGE_BARS_MIN + 1);
    return true;
  };
}
