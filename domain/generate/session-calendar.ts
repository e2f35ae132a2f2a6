import { DAY_MS } from '../core/durations';
import { civilDateOf, weekdayOf } from './civil-date';
import { zoneOffsetMs } from './zone-offset';
import type { MarketZone } from './zone-offset';

/** Kinds of markets; symbols take them in turn. */
const MARKET_KINDS = ['crypto', 'fx', 'usEquity', 'euEquity'] as const;
export type MarketKind = (typeof MARKET_KINDS)[number];

/** One stretch of trading, in epoch milliseconds UTC. */
export interface Session {
  readonly openMs: number;
  readonly closeMs: number;
}

interface TradingHours {
  readonly zone: MarketZone;
  /** Minutes from local midnight of the trading day; negative: on the evening before. */
  readonly openMinute: number;
  readonly closeMinute: number;
  readonly hasWeekend: boolean;
}

const MINUTE_MS = 60_000;

/**
 * Crypto trades round the clock; foreign exchange from Sunday 17:00 to Friday 17:00 in New York, one session a day;
 * equities 09:30–16:00 in New York and 09:00–17:30 in Central Europe.
 */
const HOURS: Readonly<Record<MarketKind, TradingHours>> = {
  crypto: { zone: 'UTC', openMinute: 0, closeMinute: 1440, hasWeekend: false },
  fx: { zone: 'America/New_York', openMinute: -420, closeMinute: 1020, hasWeekend: true },
  usEquity: { zone: 'America/New_York', openMinute: 570, closeMinute: 960, hasWeekend: true },
  euEquity: { zone: 'Europe/Berlin', openMinute: 540, closeMinute: 1050, hasWeekend: true },
};

export function marketKindOf(symbolIndex: number): MarketKind {
  return MARKET_KINDS[symbolIndex % MARKET_KINDS.length] ?? 'crypto';
}

/** Trading minutes of a usual day. */
export function sessionMinutes(kind: MarketKind): number {
  return HOURS[kind].closeMinute - HOURS[kind].openMinute;
}

export function tradingDaysPerYear(kind: MarketKind): number {
  return HOURS[kind].hasWeekend ? 260 : 365;
}

/** The session that belongs to a local date, or null when the market is closed: weekends, New Year, Christmas. */
export function sessionOf(kind: MarketKind, localDayNumber: number): Session | null {
  const hours = HOURS[kind];
  if (hours.hasWeekend && (isWeekend(localDayNumber) || isHoliday(localDayNumber))) return null;
  return {
    openMs: utcOf(hours.zone, localDayNumber, hours.openMinute),
    closeMs: utcOf(hours.zone, localDayNumber, hours.closeMinute),
  };
}

/** The instant of a wall-clock minute; the offset is that of the date on which the minute falls. */
function utcOf(zone: MarketZone, localDayNumber: number, minuteOfDay: number): number {
  const dayOfMinute = localDayNumber + Math.floor(minuteOfDay / 1440);
  const offsetMs = zoneOffsetMs(zone, dayOfMinute);
  return localDayNumber * DAY_MS + minuteOfDay * MINUTE_MS - offsetMs;
}

function isWeekend(dayNumber: number): boolean {
  const weekday = weekdayOf(dayNumber);
  return weekday === 0 || weekday === 6;
}

function isHoliday(dayNumber: number): boolean {
  const { month, day } = civilDateOf(dayNumber);
  return (month === 1 && day === 1) || (month === 12 && day === 25);
}
