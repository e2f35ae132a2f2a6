import type { ErrorCode } from '../../shared/names/errors';

/** What a person on call does about one code; sentences and commands, in the order in which they are needed. */
export interface Procedure {
  readonly sees: string;
  readonly look: readonly string[];
  readonly causes: readonly string[];
  readonly mend: readonly string[];
  readonly mended: string;
  readonly escalate: string;
}

const FAILURES = './candlewick failures <run>';
const OF_ACTIVITY = './candlewick failures <run> <symbol> <activity>';
const LOGS = './candlewick logs <run> <activity>';
const RETRY = './candlewick retry <run> <symbol>';
const NOW = './candlewick retry <run> <symbol> <activity>   # now, not after the back-off';
const DOCTOR = './candlewick doctor';
const GOES_ON = '`./candlewick failures <run>` does not name the activity any more, and `status` counts steps again.';
const SYMBOL_DONE = 'the retry ends with exit code 0 and `./candlewick failures <run>` says `no failures`.';
const INPUT_SEES = 'One symbol failed, the others went on; exit code 3. `failures` has the counts and the first offending rows.';

/** By code. A new code of the error table needs its entry here: the type and a test say so. */
export const PROCEDURES: Readonly<Record<ErrorCode, Procedure>> = {
  InvalidConfig: {
    sees: 'The run failed in its first activity, `prepare`, within seconds. The message lists every fault with its path.',
    look: [FAILURES],
    causes: ['A key was misspelt.', 'A value of a newer or older version of the configuration.', 'A model family or symbol that does not exist.'],
    mend: ['./candlewick run --config run.yaml   # after mending each path that the message names'],
    mended: 'the run leaves `preparing` in `./candlewick status <run>`.',
    escalate: 'the message names a path that the file does not have.',
  },
  PayloadUnreadable: {
    sees: 'Activities fail and are tried again everywhere at once, often right after a deploy; the UI shows `Encoded` texts.',
    look: [OF_ACTIVITY, 'env | grep -c CANDLEWICK_PAYLOAD   # on the worker and where the command is typed: names only'],
    causes: ['A worker was started without the keys.', 'A key was rotated and the old one taken away while runs are open.', 'Somebody started a workflow without encryption from the UI.'],
    mend: ['# give the worker every key that open runs were written with, and start it again', NOW],
    mended: GOES_ON,
    escalate: 'a key is lost: what was encrypted with it cannot be read, start the run again; its artifacts in the store are there.',
  },
  SourceNotFound: {
    sees: 'The run fails in `prepare`, or a symbol at `ingest`.',
    look: [FAILURES, 'ls -l <path of the message>   # on the worker, from its directory'],
    causes: ['The glob is meant from another directory.', 'The share is not mounted on this worker.', 'The vendor has renamed or dropped the symbol.'],
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
    mend: ['# name the folder in CANDLEWICK_SOURCE_ROOTS of the worker and start it again, or name an allowed path in the input', RETRY],
    mended: SYMBOL_DONE,
    escalate: 'nobody knows who started the run with this path: ask those who guard the machines.',
  },
  InvalidSource: {
    sees: INPUT_SEES,
    look: [FAILURES, 'zcat -f <file> | head -3'],
    causes: ['The delivery was cut off: a truncated archive.', 'The vendor changed columns or their order.', 'Text (`n/a`) in a price column.', 'Stamps of two time zones in one file.'],
    mend: ['# fetch the file again, or name columns and zone under `source`', RETRY],
    mended: SYMBOL_DONE,
    escalate: 'the same file was read yesterday, unchanged (its hash stands in `./candlewick lineage`).',
  },
  LateData: {
    sees: 'One symbol failed after waiting; the others are done. The message says how old its newest bar was.',
    look: [FAILURES, 'ls -l --time-sort <folder of the source> | head'],
    causes: ['The vendor is late.', 'An exchange holiday that the calendar does not know.', 'The job that delivers files did not run.'],
    mend: [RETRY, './candlewick schedule backfill <id> --from 2026-10-01 --to 2026-10-02 --why "the file came late"   # where a whole day is missing'],
    mended: SYMBOL_DONE,
    escalate: 'more than one symbol of the same vendor is late for a second day.',
  },
  InvalidBars: {
    sees: INPUT_SEES,
    look: [FAILURES, './candlewick report <run>   # the ledger of the symbol'],
    causes: ['A new listing: too few bars.', 'A bad day in the file (negative volume, high below low).', 'A policy of the symbol that refuses what it used to mend.'],
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
    causes: ['Barriers so wide that every label times out.', 'A price that hardly moves.', 'Too few bars for the horizon.'],
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
  InvalidModel: {
    sees: 'A fit or a bundle failed and with it its symbol.',
    look: [FAILURES, LOGS],
    causes: ['A parameter of the family that does not fit the data.', 'A saved model of a version that is not read any more.'],
    mend: ['# the parameters under `models`', RETRY],
    mended: SYMBOL_DONE,
    escalate: 'a model that was written by this version cannot be read.',
  },
  EngineUnavailable: {
    sees: 'Fits of one family are tried again and again; everything else goes on.',
    look: [OF_ACTIVITY, `${DOCTOR}   # on the machine of the worker that the failure names`],
    causes: ['A new machine that was never set up.', 'A cache folder that was emptied.', 'A variable that names a library which is not there.', 'The library was upgraded under a running worker.'],
    mend: ['./candlewick doctor   # do what it says', '# start the worker again', NOW],
    mended: GOES_ON,
    escalate: '`doctor` finds every part and the code stays.',
  },
  OutOfMemory: {
    sees: 'A net goes down the ladder: activities `…-rung1`, `-rung2` with the reason in their summary. Other fits are tried again, five times at most.',
    look: [OF_ACTIVITY, LOGS, 'free -m; nvidia-smi   # on the machine of the worker'],
    causes: ['Too many fits at once on this machine.', 'A batch or net larger than the device.', 'A neighbour on the machine.'],
    mend: ['CANDLEWICK_TRAINERS=1 ./candlewick worker --role cpu   # fewer fits at once', './candlewick move <run> <symbol> <activity> --queue cpu', RETRY],
    mended: 'the fit ends on its rung; the report names the rungs.',
    escalate: 'it happens on the lowest rung on the processor, or one fit takes more memory from day to day.',
  },
  DeviceFailure: {
    sees: 'A net went on in the queue of the processors (`-rung1`, "lost its device"), slower.',
    look: [OF_ACTIVITY, 'nvidia-smi; dmesg | tail   # on the machine of the worker'],
    causes: ['The GPU fell off the bus or reports uncorrectable errors.', 'The driver was upgraded without a restart.', 'A CUDA library that does not load.'],
    mend: ['# take the machine out: stop its worker', './candlewick move <run> --queue cpu   # what still waits for it'],
    mended: '`./candlewick status <run>` names no queue without workers, and the fits end.',
    escalate: 'the same machine fails twice in a week: hand it to whoever keeps the hardware.',
  },
  NumericalFailure: {
    sees: 'A net halves its learning rate three times (three rungs) and then fails its symbol.',
    look: [FAILURES, LOGS],
    causes: ['A feature with values a million times as large as the others: look at the ranges in the message.', 'The learning rate.', 'A wrong price in the bars.'],
    mend: ['# mend the bars, or lower `models.<family>.learningRate`', RETRY],
    mended: SYMBOL_DONE,
    escalate: 'the ranges are ordinary: whoever wrote the model has to look.',
  },
  TrainerCrashed: {
    sees: 'Attempt 2 or later with this code; the fit goes on from its checkpoint. At the fifth crash on one input it fails.',
    look: [OF_ACTIVITY, LOGS, 'dmesg | tail   # on the machine of the worker'],
    causes: ['A native library aborted: its last words end the log.', 'Somebody or something killed the process.', 'The worker was stopped while it computed: nothing to do.'],
    mend: [RETRY, '# given up at the fifth crash: another machine, or CANDLEWICK_TENSORFLOW=wasm on this one'],
    mended: GOES_ON,
    escalate: 'the log ends with the same abort on two machines.',
  },
  WorkerLost: {
    sees: 'A heartbeat timeout; another worker goes on by itself from the last checkpoint.',
    look: [OF_ACTIVITY, './candlewick status <run>', 'uptime; dmesg | grep -i oom   # on the machine that the failure names'],
    causes: ['The machine or container was stopped or killed for memory.', 'The network between worker and server.', 'The stage takes longer than `execution.maxStageMinutes`.'],
    mend: ['./candlewick worker --role cpu   # if none is left', './candlewick resume <run>'],
    mended: GOES_ON,
    escalate: 'it happens to one activity on different machines: the input kills its worker.',
  },
  Fenced: {
    sees: 'An attempt gave way to a newer one. Harmless once.',
    look: [OF_ACTIVITY],
    causes: ['A worker that was thought dead came back.', 'Two runs train the same.'],
    mend: ['# nothing; the newer attempt goes on'],
    mended: GOES_ON,
    escalate: 'two attempts take over from each other for more than ten minutes.',
  },
  StoreUnavailable: {
    sees: 'Many activities at once are tried again; trainings under way go on in memory. There may be no log: it lies in the store.',
    look: [OF_ACTIVITY, './candlewick store ls', 'df -h <store>; curl -sI <endpoint>   # from the worker'],
    causes: ['The store or the network is down.', 'Credentials have expired or a right was taken away.', 'A mount that hangs.', 'The worker serves another store than the run lives in: the message names both.'],
    mend: ['# bring the store back; everything goes on by itself', NOW],
    mended: GOES_ON,
    escalate: 'the store answers by hand from the same machine with the same credentials.',
  },
  StorageFull: {
    sees: 'Activities that write are tried again. Half-written files are gone already. There may be no log.',
    look: ['df -h <store>; df -i <store>', './candlewick store gc   # a dry run: what could go'],
    causes: ['The disk is full.', 'A quota of the bucket.', 'No inodes left.'],
    mend: ['./candlewick store gc --help   # then without the dry run', NOW],
    mended: GOES_ON,
    escalate: 'the collection frees nothing and the disk cannot grow.',
  },
  SourceUnavailable: {
    sees: '`ingest` is tried again; the other symbols go on.',
    look: [OF_ACTIVITY, 'ls <folder of the source>   # on the worker'],
    causes: ['A mount or the vendor is down.', 'The file is being written this moment: it is read again by itself.'],
    mend: ['# mend the mount', NOW],
    mended: GOES_ON,
    escalate: 'the vendor has been away for longer than its contract allows.',
  },
  VendorRateLimited: {
    sees: '`ingest` waits as long as the vendor asked for, then is tried again.',
    look: [OF_ACTIVITY],
    causes: ['Another program uses the same key.', 'The rate of the vendor queue is above the plan.', 'A backfill of many days.'],
    mend: ['# wait; or lower the rate of the source', './candlewick pause <run>   # if another job has to come first'],
    mended: GOES_ON,
    escalate: 'the vendor refuses for more than an hour at a rate below the plan.',
  },
  VendorAccessDenied: {
    sees: 'Every symbol of one vendor failed at `ingest`.',
    look: [FAILURES, 'ls -l "$CANDLEWICK_SECRETS"   # the file of the secret that the message names; never print it'],
    causes: ['The key expired or was rotated.', 'The secret is not mounted on this worker.', 'The plan does not cover these symbols.'],
    mend: ['# put the new key into the secret, start the worker again', './candlewick retry <run>'],
    mended: SYMBOL_DONE,
    escalate: 'the key works by hand from the same machine.',
  },
  ArtifactMissing: {
    sees: 'A symbol failed: something it needs is not in the store.',
    look: [FAILURES, './candlewick store verify'],
    causes: ['The run was started with `--from` and its beginning was never computed here.', 'A collection or a person removed it.', 'The command looks at another store.'],
    mend: [RETRY, '# computes what is missing and nothing else'],
    mended: SYMBOL_DONE,
    escalate: '`store verify` names more than this one: somebody or something removes objects.',
  },
  ArtifactCorrupt: {
    sees: 'A symbol failed; the message names the object whose bytes do not match their hash.',
    look: [FAILURES, './candlewick store verify   # what else, and what depends on it'],
    causes: ['A disk that fails.', 'A copy of the store that was cut off.', 'Somebody edited a file.'],
    mend: ['# keep a copy of the named object for those who look into it, then remove it', RETRY],
    mended: '`store verify` finds nothing and the retry ends with exit code 0.',
    escalate: 'there are two or more: stop writing to this disk.',
  },
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
    mend: ['# let the next retrain compare anew, or promote by hand with a reason', './candlewick models promote --help'],
    mended: 'the champion in `models show` is the one that was meant.',
    escalate: 'nobody admits to the change that the audit log shows.',
  },
  QuorumMissed: {
    sees: 'The run failed after its report: too few symbols succeeded. A schedule may be paused by it.',
    look: [FAILURES, './candlewick report <run>'],
    causes: ['One cause behind many symbols: read the code that stands there most often and go to its section.', 'A quorum above what the data allow.'],
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
    causes: ['A bug: the stack stands in the log under `--- end`.', 'Workers of two versions on one queue.', 'A workflow started by hand with an input that no workflow of ours gives.'],
    mend: ['./candlewick logs <run> <activity> --lines 5000 > unexpected.txt   # for those who wrote the code', RETRY],
    mended: SYMBOL_DONE,
    escalate: 'always: hand over the log. Until it is mended, roll the workers back to the version before.',
  },
};
