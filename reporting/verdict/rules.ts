import { compareModels, passesProduction } from '../comparison';
import { familyLabel, isNet } from '../family-names';
import { formatCount, formatNumber, formatPercent, plural } from '../format';
import { formatInterval, formatMetricValue } from '../metric-table';
import type { Candidate } from './candidate';
import { intervalOf, numberOf } from './candidate';

/** State of the art is 0.03 to 0.05 (design, section 5). */
const LEAK_COEFFICIENT = 0.1;
const LEAST_TRADES = 30;
const DSR_CONFIDENCE = 0.95;
const BLIND_PBO = 0.5;
const ACCEPTED_PBO = 0.05;

/** `unknown`: the number that it takes is missing. */
export type Standing = 'holds' | 'fails' | 'unknown';

/** One question that a result has to stand. */
export interface Rule {
  readonly name: string;
  /** What is asked, and where that comes from. */
  readonly asked: string;
  readonly source: string;
  /** What a failure means: there is nothing to believe, or it is not shown yet. */
  readonly refuses: 'no' | 'notYet';
  readonly standing: (candidate: Candidate) => Standing;
  /** What was measured, in a few words. */
  readonly measured: (candidate: Candidate) => string;
  /** Why it is not to be believed where it fails, as a clause. */
  readonly reason: string;
  /** What is missing where it is unknown, as a clause. */
  readonly missing: string;
  /** What to do then, as a sentence. */
  readonly next: (candidate: Candidate) => string;
}

const LOOK_ELSEWHERE =
  'Do not trade it, and do not tune it further, which only adds trials: bring other data, features or labels.';
const BAILEY_2014 = 'Bailey & López de Prado 2014';
const BAILEY_2017 = 'Bailey, Borwein, López de Prado & Zhu 2017';

/**
 * The questions in the order in which they are asked: what makes every other number worthless first, then skill, then
 * money, then luck, then what live use asks for. The first that fails decides.
 */
export const RULES: readonly Rule[] = [
  {
    name: 'No sign of a leak',
    asked: 'lower limit of the information coefficient at most 0.10',
    source: 'published coefficients are 0.03 to 0.05',
    refuses: 'no',
    standing: ({ model }) =>
      judge(lowerLimit(model.evaluation.metrics.informationCoefficient), (low) => low <= LEAK_COEFFICIENT),
    measured: coefficientText,
    reason: 'a lower limit of the information coefficient above 0.10 means a leak',
    missing: 'its information coefficient has no interval',
    next: () => 'Trade nothing of it, and look for the feature or the label that sees the future before anything else.',
  },
  {
    name: 'Trial ledger sound',
    asked: 'every trial ever entered is still there',
    source: 'hash chain of the ledger',
    refuses: 'no',
    standing: ({ study }) => (study === null ? 'unknown' : study.broken === null ? 'holds' : 'fails'),
    measured: ({ study }) =>
      study === null ? 'no ledger in this record' : (study.broken ?? plural(study.trials, 'trial')),
    reason: 'the ledger that counts the trials is broken, so nobody knows how much was tried',
    missing: 'the record does not count the trials',
    next: ({ study }) =>
      study === null
        ? 'Train it again with this version, which counts the trials.'
        : 'Bring the ledger of the study back from a backup, or begin a study of another name on days that nobody has looked at.',
  },
  {
    name: 'Better than the majority class',
    asked: 'log loss of the majority class above the 95 % interval',
    source: 'design, section 5',
    refuses: 'no',
    standing: ({ model, baseline }) => {
      const standing = baseline === null ? 'open' : compareModels('logLoss', model, baseline)?.standing;
      return standing === 'better' ? 'holds' : standing === 'open' || standing === undefined ? 'unknown' : 'fails';
    },
    measured: ({ model, baseline }) =>
      `${formatMetricValue('logLoss', model.evaluation.metrics.logLoss.value)} against ${formatMetricValue('logLoss', baseline?.evaluation.metrics.logLoss.value ?? null)}`,
    reason: 'its log loss does not surely beat that of the majority class, which has learnt nothing',
    missing: 'no majority class that could be told apart stands beside it',
    next: () => LOOK_ELSEWHERE,
  },
  {
    name: 'Forecast told apart from chance',
    asked: 'interval of the information coefficient above 0',
    source: '95 % interval',
    refuses: 'no',
    standing: ({ model }) => judge(lowerLimit(model.evaluation.metrics.informationCoefficient), (low) => low > 0),
    measured: coefficientText,
    reason: 'the interval of its information coefficient does not lie above 0',
    missing: 'its information coefficient has no interval',
    next: () => LOOK_ELSEWHERE,
  },
  {
    name: 'A net earns its place',
    asked: 'log loss of the best simple model above the 95 % interval',
    source: 'design, section 5',
    refuses: 'notYet',
    standing: ({ model, simple }) => {
      if (!isNet(model.family) || simple === null) return 'holds';
      return compareModels('logLoss', model, simple)?.standing === 'better' ? 'holds' : 'fails';
    },
    measured: ({ model, simple }) => {
      if (!isNet(model.family)) return 'no net';
      return simple === null
        ? 'no simple model beside it'
        : `${familyLabel(simple.family)} has ${formatMetricValue('logLoss', simple.evaluation.metrics.logLoss.value)}`;
    },
    reason: 'a simple model does as well as this net',
    missing: 'no simple model stands beside it',
    next: ({ simple }) =>
      `Leave the net, and judge ${simple === null ? 'the simple model' : familyLabel(simple.family)} in its place.`,
  },
  {
    name: 'Trades enough',
    asked: `at least ${LEAST_TRADES} trades`,
    source: 'evaluation',
    refuses: 'notYet',
    standing: ({ model }) => judge(model.evaluation.trades, (trades) => trades >= LEAST_TRADES),
    measured: ({ model }) => plural(model.evaluation.trades, 'trade'),
    reason: 'its backtest has too few trades to say anything of money',
    missing: 'its trades were not counted',
    next: () => 'Do not trade it: test it over a longer period, or ask it to trade on weaker forecasts.',
  },
  {
    name: 'Earns more than it costs',
    asked: 'interval of the Sharpe ratio above 0, after costs',
    source: '95 % interval',
    refuses: 'no',
    standing: ({ model }) => judge(lowerLimit(model.evaluation.metrics.sharpe), (low) => low > 0),
    measured: ({ model }) => metricText('sharpe', model.evaluation.metrics.sharpe),
    reason: 'the interval of its Sharpe ratio after costs does not lie above 0',
    missing: 'its Sharpe ratio has no interval',
    next: (candidate) => `Do not trade it: what it foresees does not surely pay its costs. ${trackRecord(candidate)}`,
  },
  {
    name: 'Choosing beats choosing blindly',
    asked: 'PBO below 50 %',
    source: BAILEY_2017,
    refuses: 'no',
    standing: (candidate) => judge(pboOf(candidate), (pbo) => pbo < BLIND_PBO),
    measured: (candidate) => formatPercent(pboOf(candidate)),
    reason: 'choosing among these configurations did no better out of sample than choosing blindly (PBO)',
    missing: 'too few trials have enough days in common for a PBO',
    next: () =>
      'Do not trade it: try fewer configurations, each for a reason, and judge them on days that nobody has looked at.',
  },
  {
    name: 'More than luck',
    asked: 'DSR at least 95 %',
    source: BAILEY_2014,
    refuses: 'notYet',
    standing: ({ deflated }) => judge(deflated?.dsr, (dsr) => dsr >= DSR_CONFIDENCE),
    measured: ({ deflated, study }) =>
      `${formatPercent(deflated?.dsr ?? null)}${study === null ? '' : ` over ${plural(study.trials, 'trial')}`}`,
    reason: 'the best of so many trials would look like this by luck too often (DSR below 95 %)',
    missing: 'its DSR is not defined',
    next: (candidate) => `Do not trade it yet. ${trackRecord(candidate)}`,
  },
  {
    name: 'Choosing holds out of sample',
    asked: 'PBO at most 5 %',
    source: BAILEY_2017,
    refuses: 'notYet',
    standing: (candidate) => judge(pboOf(candidate), (pbo) => pbo <= ACCEPTED_PBO),
    measured: (candidate) => formatPercent(pboOf(candidate)),
    reason: 'the best configuration of one half of the days is too often a poor one on the other (PBO above 5 %)',
    missing: 'too few trials have enough days in common for a PBO',
    next: () =>
      'Do not trade it yet: try fewer configurations, each for a reason, and wait for new days to judge them on.',
  },
  {
    name: 'Fit for live use',
    asked: 'every production criterion',
    source: 'design, section 5',
    refuses: 'notYet',
    standing: ({ model }) => (passesProduction(model) ? 'holds' : 'fails'),
    measured: ({ model: { evaluation } }) =>
      `${formatCount(evaluation.production.filter(({ passed }) => passed).length)} of ${formatCount(evaluation.production.length)}`,
    reason: 'it does not pass every production criterion',
    missing: 'no production criteria were asked',
    next: () => 'Do not trade it yet: the criteria that it misses stand beside the model.',
  },
];

/** Of a result that fails nowhere. */
export const NEXT_OF_BELIEVED =
  'Let it run in the shadow of what trades now, and promote it only through the gate of `dailyRetrain`.';

function judge(value: unknown, isEnough: (value: number) => boolean): Standing {
  const number = numberOf(value);
  return number === null ? 'unknown' : isEnough(number) ? 'holds' : 'fails';
}

function lowerLimit(metric: Parameters<typeof intervalOf>[0]): number | null {
  return intervalOf(metric)?.[0] ?? null;
}

function pboOf({ study }: Candidate): number | null {
  return study === null || study.broken !== null ? null : numberOf(study.pbo?.value);
}

function coefficientText({ model }: Candidate): string {
  return metricText('informationCoefficient', model.evaluation.metrics.informationCoefficient);
}

/** A number with its interval, `0.021 [−0.003, 0.045]`. */
export function metricText(
  name: Parameters<typeof formatMetricValue>[0],
  metric: Parameters<typeof formatInterval>[1],
): string {
  return `${formatMetricValue(name, metric.value)} ${formatInterval(name, metric) ?? '(no interval)'}`;
}

/** How many days it would take until luck is ruled out (MinTRL), beside those that there are. */
function trackRecord({ deflated, study }: Candidate): string {
  if (deflated === null || study === null) return 'How many days would show it was not computed.';
  const days = numberOf(deflated.minTrlDays);
  if (days === null)
    return `No number of days would show it: ${formatNumber(deflated.sharpePerDay, 4)} a day does not lie above ${formatNumber(study.expectedMaximum, 4)}, the Sharpe ratio that luck alone gives the best of ${plural(study.trials, 'trial')}.`;
  return `At this Sharpe ratio it takes ${plural(Math.ceil(days), 'day')} to rule out luck at 95 % (MinTRL); ${formatCount(deflated.days)} are there.`;
}
