/** What a backtest pays and when it trades; the configuration's `backtest` section. */
export interface BacktestSettings {
  /** Paid on each side of a trade, in basis points of the value traded. */
  readonly costBps: number;
  /** Every fill is worse than the quoted price by this, in basis points. */
  readonly slippageBps: number;
  /** A position is taken only where |P(up) - P(down)| exceeds this. */
  readonly minEdge: number;
}

/** 1 is long, -1 short. */
export type Side = 1 | -1;

/** One round trip. Prices are as quoted; `entryFill` and `exitFill` include slippage. */
export interface Trade {
  readonly side: Side;
  /** Row of the bar at whose close the decision fell; the entry is the open of the next bar. */
  readonly signalRow: number;
  /** Row of the bar in which the position was closed. */
  readonly exitRow: number;
  readonly entry: number;
  readonly exit: number;
  readonly entryFill: number;
  readonly exitFill: number;
  /** Gain as a share of the capital at entry, after costs and slippage; never below -1. */
  readonly netReturn: number;
  /** Value bought plus value sold, as a multiple of the capital at entry. */
  readonly tradedValue: number;
}

/** The price really paid or received: slippage moves it against the trader. */
export function fillPrice(price: number, side: Side, leg: 'entry' | 'exit', slippageBps: number): number {
  const buys = (side === 1) === (leg === 'entry');
  return price * (1 + (buys ? 1 : -1) * (slippageBps / 10_000));
}

/**
 * Value of a position of one unit of capital, relative to that capital, when the price is `price`: all of the capital
 * is put in at `entryFill`, and the entry's cost has been paid.
 */
export function positionValue(side: Side, entryFill: number, price: number, costBps: number): number {
  return 1 - costBps / 10_000 + side * (price / entryFill - 1);
}

/**
 * The round trip between two quoted prices. With s the side and c the cost rate:
 * `netReturn = s · (exitFill / entryFill - 1) - c - c · exitFill / entryFill`, held at -1 where more would be lost.
 */
export function roundTrip(
  position: Pick<Trade, 'side' | 'signalRow' | 'exitRow' | 'entry' | 'exit'>,
  settings: BacktestSettings,
): Trade {
  const { side, entry, exit } = position;
  const entryFill = fillPrice(entry, side, 'entry', settings.slippageBps);
  const exitFill = fillPrice(exit, side, 'exit', settings.slippageBps);
  const exitCost = (settings.costBps / 10_000) * (exitFill / entryFill);
  const netReturn = Math.max(-1, positionValue(side, entryFill, exitFill, settings.costBps) - exitCost - 1);
  return { ...position, entryFill, exitFill, netReturn, tradedValue: 1 + exitFill / entryFill };
}
