/** Who has to act on a failure: whoever gave the input, whoever runs the machines, or whoever wrote the code. */
export type ErrorOwner = 'input' | 'platform' | 'code';

export interface ErrorEntry {
  readonly meaning: string;
  readonly owner: ErrorOwner;
  readonly retryable: boolean;
  /** What operations should do; a sentence or two. */
  readonly remedy: string;
}

/** The one table of failures. `docs/errors.md` is generated from it. Matched by code string, never by `instanceof`. */
export const ERRORS = {
  InvalidConfig: {
    meaning: 'The run configuration has unknown keys, wrong types or impossible values.',
    owner: 'input',
    retryable: false,
    remedy: 'Mend every fault that the message lists, each with its path, and start the run again.',
  },
  PayloadUnreadable: {
    meaning:
      'What a workflow or activity was told cannot be decrypted: an unknown key, a changed payload, or none encrypted.',
    owner: 'platform',
    retryable: true,
    remedy:
      'Give every worker and client the key that the message names in `CANDLEWICK_PAYLOAD_KEYS`; the run goes on by itself. See `docs/security.md`.',
  },
  SourceNotFound: {
    meaning: 'The source names no file, or a file or symbol that does not exist, at a vendor too.',
    owner: 'input',
    retryable: false,
    remedy:
      'Check the path or glob from the directory in which the command was typed (for a run started in the UI: the worker’s directory).',
  },
  SourceForbidden: {
    meaning:
      'The source names a file outside the folders that the worker may read, a link that leads out of them, or a vendor’s host that the worker may not ask.',
    owner: 'input',
    retryable: false,
    remedy:
      'Put the files below one of the folders that the message names, or name their folder in `CANDLEWICK_SOURCE_ROOTS` of the workers; a vendor’s host in `CANDLEWICK_VENDOR_HOSTS`.',
  },
  InvalidSource: {
    meaning:
      'A source file, or a vendor’s answer, cannot be read as bars: a missing column, text in a price column, a truncated archive, stamps in two zones, a web page in place of bars.',
    owner: 'input',
    retryable: false,
    remedy:
      'Mend the file or name its columns, delimiter and time zone under `source`; then `./candlewick retry <run>`.',
  },
  LateData: {
    meaning: 'The newest bar of a symbol was still too old when the time to wait for it was over.',
    owner: 'input',
    retryable: false,
    remedy:
      'See whether the feed of the symbol has stopped. Once its bars are there, `./candlewick retry <run>` trains it as of the same day; `lateData` in the schedule says how old is too old and how long is waited.',
  },
  InvalidBars: {
    meaning: 'Too few usable bars are left after cleaning, or a bar was refused by the policy of its symbol.',
    owner: 'input',
    retryable: false,
    remedy:
      'Read the counts and first offending rows in the message; mend the data or the `clean` policy of the symbol, then `./candlewick retry <run>`.',
  },
  InvalidFeatures: {
    meaning: 'No row has all its features, usually because the series is shorter than the longest warm-up.',
    owner: 'input',
    retryable: false,
    remedy: 'Give more bars, or leave out the features with the longest warm-up.',
  },
  InvalidLabels: {
    meaning: 'The labels cannot be used: impossible barriers, or no row of some class in a training part.',
    owner: 'input',
    retryable: false,
    remedy: 'Change the barrier multiples or the horizon, or give more bars.',
  },
  InvalidSplits: {
    meaning:
      'The split settings are impossible for this series: purge below the longest label, or a part without rows.',
    owner: 'input',
    retryable: false,
    remedy: 'Raise `splits.purgeBars`, shorten the parts or give more bars; the message names the values received.',
  },
  InvalidAugmentation: {
    meaning:
      'No more training bars can be made from those of a fold: too few of them, a price that is not positive, returns that no model fits.',
    owner: 'input',
    retryable: false,
    remedy: 'Give the fold more bars, choose another `augmentation.kind`, or set it to `none`; the message says which.',
  },
  InvalidModel: {
    meaning: 'A model family is unknown, or its parameters or saved bytes cannot be used.',
    owner: 'input',
    retryable: false,
    remedy: 'Choose one of the families that the message lists, or mend the parameters under `models`.',
  },
  EngineUnavailable: {
    meaning: 'A native library that the model family needs is not set up on the worker.',
    owner: 'platform',
    retryable: true,
    remedy:
      'Run `./candlewick doctor` on the worker’s machine and do what it says; the activity goes on by itself afterwards.',
  },
  OutOfMemory: {
    meaning: 'The trainer ran out of memory, on the device or on the machine.',
    owner: 'platform',
    retryable: true,
    remedy:
      'Nothing at first: it is retried. If it keeps failing, give the worker more memory or run fewer fits at once.',
  },
  FitTooLarge: {
    meaning: 'A fit would need more memory than a trainer may have, and was not begun.',
    owner: 'input',
    retryable: false,
    remedy:
      'Keep fewer features (`select.maxFeatures`), take longer bars or fewer of them, or give the trainers more memory; the message says how much it would need. Then `./candlewick retry <run>`.',
  },
  DeviceFailure: {
    meaning: 'A compute device was lost or its library failed.',
    owner: 'platform',
    retryable: true,
    remedy: 'It is retried; check the device with `./candlewick doctor`.',
  },
  NumericalFailure: {
    meaning: 'The loss became NaN or infinite.',
    owner: 'input',
    retryable: false,
    remedy: 'Look at the feature ranges in the details; lower the learning rate or mend the data.',
  },
  TrainerCrashed: {
    meaning: 'The trainer process died of a signal or an unexpected exit.',
    owner: 'platform',
    retryable: true,
    remedy: 'It is retried a few times. If it keeps dying, the log linked in the details holds its last words.',
  },
  WorkerLost: {
    meaning: 'A worker stopped giving signs of life: it was killed, its machine was lost, or it ran out of its time.',
    owner: 'platform',
    retryable: true,
    remedy:
      'Nothing at first: another worker goes on from the last checkpoint. If it keeps happening, look at the worker’s log and memory.',
  },
  Fenced: {
    meaning: 'A newer attempt at the same training has taken over; this one may neither save nor publish.',
    owner: 'platform',
    retryable: true,
    remedy: 'Nothing: the newer attempt goes on from the last checkpoint, and one that comes later finds its result.',
  },
  StoreUnavailable: {
    meaning: 'The artifact store does not answer or refuses access.',
    owner: 'platform',
    retryable: true,
    remedy: 'Check the store’s address, rights and free space; the activity goes on by itself when it answers again.',
  },
  StorageFull: {
    meaning: 'The disk or the quota behind the store is full. The half-written file was removed.',
    owner: 'platform',
    retryable: true,
    remedy: 'Free space; the activity goes on by itself.',
  },
  SourceUnavailable: {
    meaning: 'A source cannot be reached for now.',
    owner: 'platform',
    retryable: true,
    remedy: 'Check the mount or the vendor; the activity goes on by itself.',
  },
  VendorRateLimited: {
    meaning: 'A vendor of bars answered that it was asked too often (429, or 503 with a time to come back).',
    owner: 'platform',
    retryable: true,
    remedy:
      'Nothing at first: it is asked again after the pause it named. If it keeps happening, lower `source.requestsPerSecond` or CANDLEWICK_VENDOR_RPS, or buy a larger quota.',
  },
  VendorAccessDenied: {
    meaning: 'A vendor of bars refused the key, or the key is not there.',
    owner: 'platform',
    retryable: false,
    remedy:
      'The message names the secret: set it (CANDLEWICK_SECRET_<NAME>, or a file in CANDLEWICK_SECRETS) on the machines of the vendor and control workers, check with the vendor that it covers these symbols, then `./candlewick retry <run>`.',
  },
  ArtifactMissing: {
    meaning: 'An artifact that a stage needs is not in the store.',
    owner: 'platform',
    retryable: false,
    remedy:
      'If the run was started with `--from`, start it without; else the store lost data: start the run again, which computes what is missing.',
  },
  ArtifactCorrupt: {
    meaning: 'An artifact’s bytes do not match its hash, or its schema version is unknown.',
    owner: 'platform',
    retryable: false,
    remedy:
      'The store’s disk or a copy damaged it. Remove the named file and start the run again: it is computed anew.',
  },
  ModelUnknown: {
    meaning: 'The model registry has no such model, version or alias.',
    owner: 'input',
    retryable: false,
    remedy: 'Look at `./candlewick models list` and name a model, a version or an alias that it shows.',
  },
  ChampionMoved: {
    meaning:
      'Somebody else changed the champion of the model meanwhile, so that a comparison with the old one says nothing.',
    owner: 'input',
    retryable: false,
    remedy: 'Look at `./candlewick models show <model>`; compare and promote again if it is still wanted.',
  },
  LedgerBroken: {
    meaning:
      'The ledger that counts the trials of a study was altered: an entry is gone, edited or out of place, so that no number of trials can be believed.',
    owner: 'platform',
    retryable: false,
    remedy:
      'The message names the entry. Restore it from a backup and run `./candlewick trials`, or begin another study (`study` in the configuration). Until then records say so and no deflated Sharpe ratio is told.',
  },
  QuorumMissed: {
    meaning: 'Fewer symbols succeeded than `execution.successQuorum` asks for. The report was still written.',
    owner: 'input',
    retryable: false,
    remedy: 'Read `./candlewick failures <run>`, mend the causes, then `./candlewick retry <run>`.',
  },
  Cancelled: {
    meaning: 'The run was cancelled. Everything finished until then stays in the store.',
    owner: 'input',
    retryable: false,
    remedy: 'Start the run again when wanted; what was done comes from the store.',
  },
  Unexpected: {
    meaning: 'A fault in Candlewick itself.',
    owner: 'code',
    retryable: true,
    remedy: 'It is retried a few times; report the stack trace of the activity.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

export function errorEntry(code: string): ErrorEntry {
  return isErrorCode(code) ? ERRORS[code] : ERRORS.Unexpected;
}
