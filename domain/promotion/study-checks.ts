import type { StudyEvidence } from './evidence';
import type { GateCheck } from './gate';

/** The challenger's deflated Sharpe ratio is at least `least`; null: it is told and decides nothing. */
export function deflatedSharpe(least: number | null): GateCheck {
  return studyCheck('dsr', least, {
    name: 'deflated Sharpe ratio',
    valueOf: ({ dsr }) => dsr,
    isEnough: (value, limit) => value >= limit,
    limitName: 'least',
  });
}

/** The probability of backtest overfitting of the challenger's study is at most `most`; null: told, deciding nothing. */
export function backtestOverfitting(most: number | null): GateCheck {
  return studyCheck('pbo', most, {
    name: 'probability of backtest overfitting',
    valueOf: ({ pbo }) => pbo,
    isEnough: (value, limit) => value <= limit,
    limitName: 'most',
  });
}

interface StudyNumber {
  readonly name: string;
  readonly valueOf: (study: StudyEvidence) => number | null;
  readonly isEnough: (value: number, limit: number) => boolean;
  readonly limitName: 'least' | 'most';
}

/** What is asked for and not known was not shown. */
function studyCheck(check: string, limit: number | null, number: StudyNumber): GateCheck {
  return {
    name: check,
    run: ({ study }) => {
      const value = study === null ? null : number.valueOf(study);
      const said =
        study === null
          ? `${number.name}: no ledger of trials speaks for the challenger`
          : value === null
            ? `${number.name}: not defined in study ${study.study} (${String(study.trials)} trials)`
            : `${number.name} ${value.toFixed(4)} after ${String(study.trials)} trials of study ${study.study}`;
      if (limit === null) return { passed: true, sentence: `${said}; not asked for`, measured: value, wanted: null };
      const sentence = `${said}; at ${number.limitName} ${limit.toFixed(4)} wanted${value === null ? ': nothing was shown' : ''}`;
      return { passed: value !== null && number.isEnough(value, limit), sentence, measured: value, wanted: limit };
    },
  };
}
