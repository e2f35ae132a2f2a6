import { fail, ok, type Result } from '../core/result';

/** Shares of the rows; they sum to 1. */
export interface HoldoutSettings {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** Lengths in days of 24 hours, measured from the first bar. */
export interface WalkForwardSettings {
  readonly firstTrainDays: number;
  readonly validationDays: number;
  readonly testDays: number;
}

/** What is left out between parts, and the least a part must keep. */
export interface PurgeSettings {
  /** Bars left out before each evaluated part; null: three times the longest label. */
  readonly purgeBars: number | null;
  /** Trading days left out of training after an evaluated part. */
  readonly embargoDays: number;
  readonly minPartRows: number;
}

/** The `splits` section of a run's configuration. */
export interface SplitSettings extends PurgeSettings {
  readonly scheme: 'holdout' | 'walkForward';
  readonly holdout: HoldoutSettings;
  readonly walkForward: WalkForwardSettings;
}

const DEFAULT_PURGE_LABELS = 3;
const SHARE_TOLERANCE = 1e-9;

/**
 * The bars that purging leaves out before an evaluated part: as given, or three times the longest label (over all
 * horizons of the run). Below one times the longest label a training label could reach into the part: InvalidSplits.
 */
export function resolvePurgeBars(purgeBars: number | null, longestLabelBars: number): Result<number> {
  if (!isCount(longestLabelBars)) {
    return fail(
      'InvalidSplits',
      `The longest label must be a whole number of bars, at least 1; it was ${longestLabelBars}`,
    );
  }
  if (purgeBars === null) return ok(DEFAULT_PURGE_LABELS * longestLabelBars);
  if (Number.isSafeInteger(purgeBars) && purgeBars >= longestLabelBars) return ok(purgeBars);
  return fail(
    'InvalidSplits',
    `splits.purgeBars is ${purgeBars}, but the longest label watches ${longestLabelBars} bars; give a whole number of at ` +
      `least ${longestLabelBars}, or null for ${DEFAULT_PURGE_LABELS * longestLabelBars}`,
    { purgeBars, longestLabelBars },
  );
}

/** Refuses impossible settings with InvalidSplits; the message names every fault with the value received. */
export function checkSplitSettings(settings: SplitSettings): Result<SplitSettings> {
  const faults = [...purgeFaults(settings), ...schemeFaults(settings)];
  if (faults.length === 0) return ok(settings);
  return fail('InvalidSplits', `Impossible splits: ${faults.join('; ')}`, { ...settings });
}

/** What is impossible about the settings of purge and embargo; the length of `purgeBars` is left to resolvePurgeBars. */
export function purgeFaults({ embargoDays, minPartRows }: PurgeSettings): string[] {
  const faults: string[] = [];
  if (!(Number.isFinite(embargoDays) && embargoDays >= 0)) {
    faults.push(`embargoDays must be 0 or more, was ${embargoDays}`);
  }
  if (!isCount(minPartRows)) faults.push(`minPartRows must be a whole number of at least 1, was ${minPartRows}`);
  return faults;
}

function schemeFaults(settings: SplitSettings): string[] {
  switch (settings.scheme) {
    case 'holdout':
      return holdoutFaults(settings.holdout);
    case 'walkForward':
      return walkForwardFaults(settings.walkForward);
  }
}

function holdoutFaults({ train, validation, test }: HoldoutSettings): string[] {
  const inside = [train, validation, test].every((share) => share > 0 && share < 1);
  const sum = train + validation + test;
  if (inside && Math.abs(sum - 1) <= SHARE_TOLERANCE) return [];
  return [
    `holdout shares must lie between 0 and 1 and sum to 1, were train ${train}, validation ${validation}, test ${test} ` +
      `(sum ${Number(sum.toPrecision(12))})`,
  ];
}

function walkForwardFaults(walkForward: WalkForwardSettings): string[] {
  const lengths = Object.entries({
    firstTrainDays: walkForward.firstTrainDays,
    validationDays: walkForward.validationDays,
    testDays: walkForward.testDays,
  });
  return lengths
    .filter(([, days]) => !(Number.isFinite(days) && days > 0))
    .map(([name, days]) => `walkForward.${name} must be above 0, was ${days}`);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}
