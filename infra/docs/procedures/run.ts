import type { Procedures } from './procedure';
import { FAILURES, LOGS, OF_ACTIVITY, RETRY, SYMBOL_DONE } from './words';

/** Runs and models as a whole, and what nobody foresaw. */
export const RUN_PROCEDURES = {
  ModelUnknown: {
    sees: 'A command or a promotion names a model, version or alias that is not registered.',
    look: ['./candlewick models list'],
    causes: ['A typing mistake.', 'The first retrain has not registered anything yet.', 'Another store.'],
    mend: ['./candlewick models show <model>'],
    mended: 'the same command answers.',
    escalate: 'a model that the audit log says was registered is not listed.',
  },
  ChampionMoved: {
    sees: 'A promotion was refused: the champion is another one than that it was compared with.',
    look: ['./candlewick models show <model>'],
    causes: ['Somebody promoted or rolled back meanwhile.', 'Two retrains of one day.'],
    mend: [
      '# let the next retrain compare anew, or promote by hand with a reason',
      './candlewick models promote --help',
    ],
    mended: 'the champion in `models show` is the one that was meant.',
    escalate: 'nobody admits to the change that the audit log shows.',
  },
  LedgerBroken: {
    sees: 'Records and `trials` say that the trial ledger of a symbol is broken; deflated Sharpe ratios are missing.',
    look: ['./candlewick trials', './candlewick store verify'],
    causes: [
      'Somebody edited or removed an object under `studies/`, by hand or with a rule of the bucket.',
      'A store was restored from a backup that is older than the newest run.',
      'A disk or a copy damaged an object.',
    ],
    mend: [
      '# put the objects under studies/<study>/<symbol>/ back from a backup, then',
      './candlewick trials',
      './candlewick retry <run>',
      '# or begin another count: study: <another name> in the configuration, with the reason written down',
    ],
    mended: '`./candlewick trials` ends with exit code 0.',
    escalate: 'nobody can say who removed trials: the results of the study are not to be believed.',
  },
  QuorumMissed: {
    sees: 'The run failed after its report: too few symbols succeeded. A schedule may be paused by it.',
    look: [FAILURES, './candlewick report <run>'],
    causes: [
      'One cause behind many symbols: read the code that stands there most often and go to its section.',
      'A quorum above what the data allow.',
    ],
    mend: ['./candlewick retry <run>', './candlewick schedule unpause   # where the schedule paused'],
    mended: 'the retry ends with exit code 0 or 3.',
    escalate: 'the failed symbols have nothing in common.',
  },
  Cancelled: {
    sees: 'A run or a symbol was stopped by a person; the audit log says by whom.',
    look: ['./candlewick status <run>'],
    causes: ['A person, by command or in the UI.', 'A schedule whose overlap policy cancels.'],
    mend: [RETRY],
    mended: SYMBOL_DONE,
    escalate: 'nobody cancelled it.',
  },
  Unexpected: {
    sees: 'A fault of Candlewick itself; tried again, given up at the fifth time.',
    look: [OF_ACTIVITY, LOGS],
    causes: [
      'A bug: the stack stands in the log under `--- end`.',
      'Workers of two versions on one queue.',
      'A workflow started by hand with an input that no workflow of ours gives.',
    ],
    mend: ['./candlewick logs <run> <activity> --lines 5000 > unexpected.txt   # for those who wrote the code', RETRY],
    mended: SYMBOL_DONE,
    escalate: 'always: hand over the log. Until it is mended, roll the workers back to the version before.',
  },
} satisfies Procedures;
