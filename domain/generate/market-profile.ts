import type { RandomStream } from '../core/random';
import { sessionMinutes, tradingDaysPerYear } from './session-calendar';
import type { MarketKind } from './session-calendar';

/** What sets one generated market apart from another. */
export interface MarketProfile {
  readonly kind: MarketKind;
  readonly firstPrice: number;
  /** Long-run standard deviation of the log return of one full bar. */
  readonly barVolatility: number;
  /** Usual volume of one full bar. */
  readonly barVolume: number;
}

const TYPICAL: Readonly<Record<MarketKind, { price: number; annualVolatility: number; dailyVolume: number }>> = {
  crypto: { price: 900, annualVolatility: 0.6, dailyVolume: 40_000 },
  fx: { price: 1.2, annualVolatility: 0.09, dailyVolume: 9_000_000 },
  usEquity: { price: 60, annualVolatility: 0.22, dailyVolume: 5_000_000 },
  euEquity: { price: 35, annualVolatility: 0.24, dailyVolume: 2_000_000 },
};

/** Draws a market of a kind: its price, volatility and volume lie within a factor of about two of the typical ones. */
export function drawProfile(kind: MarketKind, timeframeMinutes: number, random: RandomStream): MarketProfile {
  const typical = TYPICAL[kind];
  const barsPerDay = Math.max(1, sessionMinutes(kind) / timeframeMinutes);
  const spread = (width: number): number => Math.exp(width * (2 * random.uniform() - 1));
  const annualVolatility = typical.annualVolatility * spread(0.25);
  return {
    kind,
    firstPrice: typical.price * spread(0.7),
    barVolatility: annualVolatility / Math.sqrt(tradingDaysPerYear(kind) * barsPerDay),
    barVolume: (typical.dailyVolume / barsPerDay) * spread(0.7),
  };
}

/**
 * How volatility over a session departs from its mean: high at the open and the close of equities, highest in the middle
 * of a day that has no closed hours. The mean over a session is 1.
 */
export function intradayVolatility(kind: MarketKind, sessionPosition: number): number {
  return isContinuous(kind) ? 1 + 0.25 * hump(sessionPosition) : 0.85 + 0.45 * smile(sessionPosition);
}

/** The same for volume, which swings more. */
export function intradayVolume(kind: MarketKind, sessionPosition: number): number {
  return isContinuous(kind) ? 1 + 0.5 * hump(sessionPosition) : 0.7 + 0.9 * smile(sessionPosition);
}

const isContinuous = (kind: MarketKind): boolean => kind === 'crypto' || kind === 'fx';
const hump = (position: number): number => Math.sin(2 * Math.PI * (position - 0.25));
const smile = (position: number): number => (2 * position - 1) ** 2;
