import type { GateEvidence } from './evidence';
import type { GateCheck } from './gate';
import { differenceInterval } from './difference-interval';
import { backtestOverfitting, deflatedSharpe } from './study-checks';
import { pairedTest } from './paired-test';

/** The gate's limits, as `dailyRetrain` takes them. */
export interface GateLimits {
  readonly minSkillRatio: number;
  readonly worseAlpha: number;
  readonly maxEceRise: number;
  readonly minRows: number;
  readonly maxLossRise: number | null;
  readonly minDsr: number | null;
  readonly maxPbo: number | null;
}

/** The checks that a challenger has to pass unless somebody says otherwise, in the order in which people read them. */
export function defaultChecks(limits: GateLimits): readonly GateCheck[] {
  return [
    enoughRows(limits.minRows),
    skillRatio(limits.minSkillRatio),
    notWorse(limits.worseAlpha),
    calibration(limits.maxEceRise),
    differenceInterval(limits.maxLossRise),
    deflatedSharpe(limits.minDsr),
    backtestOverfitting(limits.maxPbo),
  ];
}

/** Fewer common test rows than `minRows` prove nothing. */
function enoughRows(minRows: number): GateCheck {
  return {
    name: 'enough-rows',
    run: ({ rows, leftOut, spanBars }) => {
      const alone = leftOut.championOnly + leftOut.challengerOnly;
      const independent = Math.floor(rows / spanBars);
      return {
        passed: rows >= minRows,
        sentence:
          `${String(rows)} common test rows, at least ${String(minRows)} wanted; labels of up to ${String(spanBars)} ` +
          `bars overlap, so about ${String(independent)} of them are independent; ${String(leftOut.withoutClass)} rows ` +
          `without a class and ${String(alone)} that only one model predicted do not count`,
        measured: rows,
        wanted: minRows,
      };
    },
  };
}

/**
 * The challenger's skill is at least `ratio` of the champion's, where skill = 1 - log loss / log loss of the base rate:
 *
 *     skill(challenger) ≥ skill(champion) - (1 - ratio) · |skill(champion)|
 *
 * For a champion with skill that is "at least ratio times its skill". Taken literally, the ratio would demand of a
 * challenger to be better than a champion without skill (95 % of -0.10 is -0.095); with the distance on the absolute value
 * the same model passes against itself for every ratio up to 1, and more skill never hurts. Where the rows have one class
 * only, or there are none, skill is not defined and the check fails: nothing was shown.
 */
function skillRatio(ratio: number): GateCheck {
  return {
    name: 'skill-ratio',
    run: (evidence) => {
      const { champion, challenger, baseLogLoss, rows } = evidence;
      const wanted = champion.skill - (1 - ratio) * Math.abs(champion.skill);
      if (!Number.isFinite(wanted) || !Number.isFinite(challenger.skill))
        return { passed: false, sentence: noSkillSentence(evidence), measured: challenger.skill, wanted };
      return {
        passed: challenger.skill >= wanted,
        sentence:
          `skill against the base rate ${digits(challenger.skill)}, at least ${digits(wanted)} wanted ` +
          `(${percent(ratio)} of the champion’s ${digits(champion.skill)}); log loss ${digits(challenger.logLoss)} against ` +
          `${digits(champion.logLoss)}, base rate ${digits(baseLogLoss)}, on ${String(rows)} rows`,
        measured: challenger.skill,
        wanted,
      };
    },
  };
}

/** The paired test does not show the challenger to be worse at the level `alpha`. */
function notWorse(alpha: number): GateCheck {
  return {
    name: 'not-worse',
    run: ({ champion, challenger, spanBars, rows }) => {
      const test = pairedTest(champion.losses, challenger.losses, spanBars);
      if (!Number.isFinite(test.pWorse)) {
        const sentence = `${String(rows)} common rows are too few for a paired test of labels of ${String(spanBars)} bars: nothing was shown`;
        return { passed: false, sentence, measured: test.pWorse, wanted: alpha };
      }
      const isSame = test.meanDifference === 0 && test.standardError === 0;
      return {
        passed: test.pWorse > alpha,
        sentence: isSame
          ? `both models have the same loss on each of ${String(rows)} rows`
          : `mean log loss differs by ${signed(test.meanDifference)} ± ${digits(test.standardError)} (above zero: the ` +
            `challenger is worse); Diebold-Mariano ${digits(test.statistic)}, p of being worse ${digits(test.pWorse)}, ` +
            `refused at ${digits(alpha)} and below`,
        measured: test.pWorse,
        wanted: alpha,
      };
    },
  };
}

/** The challenger's calibration error exceeds the champion's by `maxRise` at most. */
function calibration(maxRise: number): GateCheck {
  return {
    name: 'calibration',
    run: ({ champion, challenger, rows }) => {
      const rise = challenger.ece - champion.ece;
      if (!Number.isFinite(rise)) {
        const sentence = `there are ${String(rows)} common rows: the calibration error is not defined`;
        return { passed: false, sentence, measured: rise, wanted: maxRise };
      }
      return {
        passed: rise <= maxRise,
        sentence:
          `calibration error ${digits(challenger.ece)} against the champion’s ${digits(champion.ece)}: a rise of ` +
          `${signed(rise)}, at most ${digits(maxRise)} allowed`,
        measured: rise,
        wanted: maxRise,
      };
    },
  };
}

function noSkillSentence({ rows, classShares }: GateEvidence): string {
  if (rows > 0 && classShares.some((share) => share === 1))
    return `all ${String(rows)} common rows have the same class: the base rate is perfect there, and no skill can be shown`;
  return `skill is not defined on ${String(rows)} common rows: nothing was shown`;
}

function digits(value: number): string {
  return value.toFixed(4);
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${digits(value)}`;
}

function percent(share: number): string {
  return `${String(Math.round(share * 1000) / 10)} %`;
}
