import { fail, ok, type Result } from '../core/result';
import { binomial } from './combinations';

/** Shares of the rows; they sum to 1. */
export interface HoldoutSettings {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** Lengths in days of 24 hours, measured from the first bar. */
export interface WalkForwardSettings {
  /** Whether training always begins at the first bar, or moves on with a length of `firstTrainDays`. */
  readonly window: 'anchored' | 'rolling';
  readonly firstTrainDays: number;
  readonly validationDays: number;
  readonly testDays: number;
}

/** Groups of purged k-fold and CPCV. */
export interface GroupSettings {
  /** N: groups that the series behind the prologue is cut into. */
  readonly count: number;
  /** k: groups that a fold of CPCV tests; purged k-fold tests one. */
  readonly testGroups: number;
  /** Share of the bars, at the start of the series, that is never tested and always trained on. */
  readonly prologueShare: number;
  /** Whether group borders are moved so that each group has a like share of volatility regimes. */
  readonly stratifyByRegime: boolean;
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
  readonly scheme: 'holdout' | 'walkForward' | 'purgedKFold' | 'cpcv';
  readonly holdout: HoldoutSettings;
  readonly walkForward: WalkForwardSettings;
  readonly groups: GroupSettings;
}

const DEFAULT_PURGE_LABELS = 3;
const SHARE_TOLERANCE = 1e-9;
/** Each fold is fitted by every family: more than this no history of a run can hold. */
const MAX_FOLDS = 2_000;

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
    case 'purgedKFold':
      return groupFaults(settings.groups, 1);
    case 'cpcv':
      return groupFaults(settings.groups, settings.groups.testGroups);
  }
}

/** What is impossible about `count` groups of which a fold tests `tested`, with the path of each setting. */
function groupFaults({ count, prologueShare }: GroupSettings, tested: number): string[] {
  const faults: string[] = [];
  const share = prologueShare > 0 && prologueShare < 1;
  if (!share) faults.push(`groups.prologueShare must lie between 0 and 1, was ${prologueShare}`);
  if (!isCount(count) || !isCount(tested)) {
    return [...faults, `groups.count and groups.testGroups must be whole numbers, were ${count} and ${tested}`];
  }
  const fault = testGroupsFault(count, tested);
  return fault === null ? faults : [...faults, `groups.${fault.setting}: ${fault.message}`];
}

/** Why so many of so many groups cannot be tested in every combination, and which setting of `groups` says so; null if they can. */
function testGroupsFault(
  count: number,
  tested: number,
): { readonly setting: 'count' | 'testGroups'; readonly message: string } | null {
  if (tested >= count) {
    return {
      setting: 'testGroups',
      message: `${tested} of ${count} groups cannot be tested at once: a fold needs one more to validate on; give at most ${count - 1}`,
    };
  }
  const folds = binomial(count, tested);
  if (folds <= MAX_FOLDS) return null;
  const said = Number.isFinite(folds) ? String(folds) : 'far too many';
  return {
    setting: 'count',
    message: `${tested} of ${count} groups make ${said} folds, and a run can hold at most ${MAX_FOLDS}; give fewer groups`,
  };
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
