import { sessionOf } from './session-calendar';
import type { MarketKind, Session } from './session-calendar';

/** The place of one bar in time: epoch milliseconds UTC. */
export interface BarSlot {
  readonly openMs: number;
  /** At most one timeframe after the open; the last bar of a session ends with it. */
  readonly closeMs: number;
  /** Where the middle of the bar lies in its session: 0 at the open, 1 at the close. */
  readonly sessionPosition: number;
}

/** The first trading day of every generated series: Monday, 3 January 2000. Fixed, so that no clock is read. */
export const FIRST_DAY_NUMBER = 10_959;

/**
 * Walks through the slots of a market, session after session, without end. Bars are counted from the session's open, so
 * that their stamps move with daylight saving time as real ones do.
 */
export function createSlotWalk(kind: MarketKind, timeframeMs: number): () => BarSlot {
  let dayNumber = FIRST_DAY_NUMBER;
  let session: Session | null = null;
  let nextOpenMs = 0;
  return () => {
    while (session === null || nextOpenMs >= session.closeMs) {
      session = sessionOf(kind, dayNumber);
      nextOpenMs = session?.openMs ?? 0;
      dayNumber += 1;
    }
    const openMs = nextOpenMs;
    const closeMs = Math.min(openMs + timeframeMs, session.closeMs);
    nextOpenMs = closeMs;
    const sessionPosition = ((openMs + closeMs) / 2 - session.openMs) / (session.closeMs - session.openMs);
    return { openMs, closeMs, sessionPosition };
  };
}
