import type { Procedures } from './procedure';
import { FAILURES, INPUT_SEES, LOGS, RETRY, SYMBOL_DONE } from './words';

/** What was given: the configuration, the source, the bars and what is made of them. */
export const INPUT_PROCEDURES = {
  InvalidConfig: {
    sees: 'The run failed in its first activity, `prepare`, within seconds. The message lists every fault with its path.',
    look: [FAILURES],
    causes: [
      'A key was misspelt.',
      'A value of a newer or older version of the configuration.',
      'A model family or symbol that does not exist.',
    ],
    mend: ['./candlewick run --config run.yaml   # after mending each path that the message names'],
    mended: 'the run leaves `preparing` in `./candlewick status <run>`.',
    escalate: 'the message names a path that the file does not have.',
  },
  SourceNotFound: {
    sees: 'The run fails in `prepare`, or a symbol at `ingest`.',
    look: [FAILURES, 'ls -l <path of the message>   # on the worker, from its directory'],
    causes: [
      'The glob is meant from another directory.',
      'The share is not mounted on this worker.',
      'The vendor has renamed or dropped the symbol.',
    ],
    mend: [RETRY],
    mended: SYMBOL_DONE,
    escalate: 'the file is there, readable by the user of the worker, and still not found.',
  },
  SourceForbidden: {
    sees: 'The run fails in `prepare`, or a symbol at `ingest`: the input names a place or a vendor’s host that this worker may not read from.',
    look: [FAILURES],
    causes: [
      'A path that leaves the folders which the worker was allowed.',
      'The share was moved and `CANDLEWICK_SOURCE_ROOTS` names its old place.',
      'A vendor, or the host that it redirects to, is not in `CANDLEWICK_VENDOR_HOSTS` of the vendor and control workers.',
      'Somebody tries what an input may reach.',
    ],
    mend: [
      '# name the folder in CANDLEWICK_SOURCE_ROOTS of the worker and start it again, or name an allowed path in the input',
      RETRY,
    ],
    mended: SYMBOL_DONE,
    escalate: 'nobody knows who started the run with this path: ask those who guard the machines.',
  },
  InvalidSource: {
    sees: INPUT_SEES,
    look: [FAILURES, 'zcat -f <file> | head -3'],
    causes: [
      'The delivery was cut off: a truncated archive.',
      'The vendor changed columns or their order.',
      'Text (`n/a`) in a price column.',
      'Stamps of two time zones in one file.',
    ],
    mend: ['# fetch the file again, or name columns and zone under `source`', RETRY],
    mended: SYMBOL_DONE,
    escalate: 'the same file was read yesterday, unchanged (its hash stands in `./candlewick lineage`).',
  },
  LateData: {
    sees: 'One symbol failed after waiting; the others are done. The message says how old its newest bar was.',
    look: [FAILURES, 'ls -l --time-sort <folder of the source> | head'],
    causes: [
      'The vendor is late.',
      'An exchange holiday that the calendar does not know.',
      'The job that delivers files did not run.',
    ],
    mend: [
      RETRY,
      './candlewick schedule backfill <id> --from 2026-10-01 --to 2026-10-02 --why "the file came late"   # where a whole day is missing',
    ],
    mended: SYMBOL_DONE,
    escalate: 'more than one symbol of the same vendor is late for a second day.',
  },
  InvalidBars: {
    sees: INPUT_SEES,
    look: [FAILURES, './candlewick report <run>   # the ledger of the symbol'],
    causes: [
      'A new listing: too few bars.',
      'A bad day in the file (negative volume, high below low).',
      'A policy of the symbol that refuses what it used to mend.',
    ],
    mend: ['# mend the file, or `perSymbol.<symbol>.clean` in the configuration', RETRY],
    mended: SYMBOL_DONE,
    escalate: 'the rows that the message names look right.',
  },
  InvalidFeatures: {
    sees: INPUT_SEES,
    look: [FAILURES],
    causes: ['The series is shorter than the longest warm-up.', 'A feature that needs volume on bars without any.'],
    mend: ['# more bars, or leave the feature out under `features`', RETRY],
    mended: SYMBOL_DONE,
    escalate: 'the series is longer than the warm-up in the message.',
  },
  InvalidLabels: {
    sees: INPUT_SEES,
    look: [FAILURES],
    causes: [
      'Barriers so wide that every label times out.',
      'A price that hardly moves.',
      'Too few bars for the horizon.',
    ],
    mend: ['# other `labels.horizons`, or more bars', RETRY],
    mended: SYMBOL_DONE,
    escalate: 'the counts in the message have every class in every part.',
  },
  InvalidSplits: {
    sees: INPUT_SEES,
    look: [FAILURES],
    causes: ['`splits.purgeBars` below the longest label.', 'Too few bars for the number of folds.'],
    mend: ['# the values that the message names, under `splits`', RETRY],
    mended: SYMBOL_DONE,
    escalate: 'the configuration worked for this symbol the day before, on as many bars.',
  },
  InvalidAugmentation: {
    sees: 'A fit failed and with it its symbol.',
    look: [FAILURES],
    causes: [
      'A first fold with too few bars for AR-GARCH or for regimes.',
      'Prices that are not positive, kept by `clean.nonPositivePrices`.',
    ],
    mend: ['# longer training parts, another `augmentation.kind`, or `none`', RETRY],
    mended: SYMBOL_DONE,
    escalate: 'the fold has some thousand bars that move.',
  },
  InvalidModel: {
    sees: 'A fit or a bundle failed and with it its symbol.',
    look: [FAILURES, LOGS],
    causes: [
      'A parameter of the family that does not fit the data.',
      'A saved model of a version that is not read any more.',
    ],
    mend: ['# the parameters under `models`', RETRY],
    mended: SYMBOL_DONE,
    escalate: 'a model that was written by this version cannot be read.',
  },
} satisfies Procedures;
