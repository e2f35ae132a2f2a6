import { fail, ok, type Result } from '../core/result';

/** What becomes of a label that no price barrier decided. */
const TIMEOUT_RULES = ['class', 'sign', 'drop'] as const;
export type TimeoutRule = (typeof TIMEOUT_RULES)[number];

/**
 * What becomes of a bar that touches both barriers, so that nobody knows which came first: without a side its label is
 * ambiguous; with the side of a position (1 long, -1 short) it is that position's stop.
 */
export type TieRule = 'noSide' | { readonly side: 1 | -1 };

/** Labels by trend scanning in the place of barriers. */
export interface TrendSettings {
  /** Bars of the shortest trend; the longest has those of the horizon. */
  readonly leastBars: number;
  /** A trend whose |t-value| is smaller is none. */
  readonly leastT: number;
}

/** The triple barrier of one horizon. */
export interface LabelSettings {
  /** The vertical barrier: bars watched after bar t, the entry bar included. */
  readonly bars: number;
  /** Barrier distances as multiples of the ATR at bar t. */
  readonly upAtr: number;
  readonly downAtr: number;
  readonly atrPeriod: number;
  readonly timeouts: TimeoutRule;
  readonly tieRule: TieRule;
  /** A bar whose nearer barrier is no farther from its close than this, in basis points of that close, has no label; left out: 0. */
  readonly minReturnBps?: number;
  /** Left out: barriers. */
  readonly trend?: TrendSettings;
}

/** What a kernel that answers for every side needs. */
export type SidelessSettings = Omit<LabelSettings, 'tieRule'>;

/** The `labels` section of a run's configuration: several horizons with one ATR and one time-out rule. */
export interface LabelSectionSettings {
  readonly horizons: readonly { readonly bars: number; readonly upAtr: number; readonly downAtr: number }[];
  readonly atrPeriod: number;
  readonly timeouts: TimeoutRule;
  readonly minReturnBps?: number;
  /** Left out: barriers. */
  readonly kind?: 'tripleBarrier' | 'trendScanning';
  readonly trend?: TrendSettings;
}

/**
 * The settings of each horizon, in the order given. Fails with InvalidLabels when a horizon is impossible or two have the
 * same number of bars (horizons are named by it).
 */
export function labelSettingsPerHorizon(
  section: LabelSectionSettings,
  tieRule: TieRule,
): Result<readonly LabelSettings[]> {
  const horizonBars = section.horizons.map((horizon) => horizon.bars);
  if (horizonBars.length === 0) return fail('InvalidLabels', 'labels.horizons is empty; give at least one horizon');
  if (new Set(horizonBars).size < horizonBars.length) {
    return fail(
      'InvalidLabels',
      `labels.horizons has two horizons of the same number of bars (${horizonBars.join(', ')}); give each its own`,
      { horizonBars },
    );
  }
  const perHorizon = section.horizons.map((horizon) => ({
    bars: horizon.bars,
    upAtr: horizon.upAtr,
    downAtr: horizon.downAtr,
    atrPeriod: section.atrPeriod,
    timeouts: section.timeouts,
    tieRule,
    // Settings stand in keys: without a minimum they are what they were before there was one.
    ...((section.minReturnBps ?? 0) > 0 ? { minReturnBps: section.minReturnBps } : {}),
    ...(section.kind === 'trendScanning' && section.trend !== undefined ? { trend: section.trend } : {}),
  }));
  for (const settings of perHorizon) {
    const checked = checkLabelSettings(settings);
    if (!checked.ok) return checked;
  }
  return ok(perHorizon);
}

/** Refuses impossible settings with InvalidLabels; the message names every fault with the value received. */
export function checkLabelSettings(settings: LabelSettings): Result<LabelSettings> {
  const { bars, upAtr, downAtr, atrPeriod, timeouts, tieRule, minReturnBps = 0 } = settings;
  const faults: string[] = [];
  if (!Number.isSafeInteger(bars) || bars < 1) faults.push(`bars must be a whole number of at least 1, was ${bars}`);
  if (!isPositive(upAtr)) faults.push(`upAtr must be a positive multiple of ATR, was ${upAtr}`);
  if (!isPositive(downAtr)) faults.push(`downAtr must be a positive multiple of ATR, was ${downAtr}`);
  if (!Number.isSafeInteger(atrPeriod) || atrPeriod < 2) {
    faults.push(`atrPeriod must be a whole number of at least 2, was ${atrPeriod}`);
  }
  if (!TIMEOUT_RULES.includes(timeouts)) {
    faults.push(`timeouts must be one of ${TIMEOUT_RULES.join(', ')}, was ${timeouts}`);
  }
  if (tieRule !== 'noSide' && Math.abs(tieRule.side) !== 1) {
    faults.push(`the side of a tie must be 1 or -1, was ${String(tieRule.side)}`);
  }
  if (!(Number.isFinite(minReturnBps) && minReturnBps >= 0)) {
    faults.push(`minReturnBps must be 0 or a positive number of basis points, was ${minReturnBps}`);
  }
  if (faults.length === 0) return ok(settings);
  return fail('InvalidLabels', `Impossible triple barrier: ${faults.join('; ')}`, { ...settings });
}

function isPositive(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}
