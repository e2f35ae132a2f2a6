import type { Procedures } from './procedure';
import { FAILURES, GOES_ON, NOW, OF_ACTIVITY, RETRY, SYMBOL_DONE } from './words';

/** What lies elsewhere and cannot be had: the store, the vendor, a key. */
export const STORAGE_PROCEDURES = {
  PayloadUnreadable: {
    sees: 'Activities fail and are tried again everywhere at once, often right after a deploy; the UI shows `Encoded` texts.',
    look: [
      OF_ACTIVITY,
      'env | grep -c CANDLEWICK_PAYLOAD   # on the worker and where the command is typed: names only',
    ],
    causes: [
      'A worker was started without the keys.',
      'A key was rotated and the old one taken away while runs are open.',
      'Somebody started a workflow without encryption from the UI.',
    ],
    mend: ['# give the worker every key that open runs were written with, and start it again', NOW],
    mended: GOES_ON,
    escalate:
      'a key is lost: what was encrypted with it cannot be read, start the run again; its artifacts in the store are there.',
  },
  StoreUnavailable: {
    sees: 'Many activities at once are tried again; trainings under way go on in memory. There may be no log: it lies in the store.',
    look: [OF_ACTIVITY, './candlewick store ls', 'df -h <store>; curl -sI <endpoint>   # from the worker'],
    causes: [
      'The store or the network is down.',
      'Credentials have expired or a right was taken away.',
      'A mount that hangs.',
      'The worker serves another store than the run lives in: the message names both.',
    ],
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
    causes: [
      'Another program uses the same key.',
      'The rate of the vendor queue is above the plan.',
      'A backfill of many days.',
    ],
    mend: ['# wait; or lower the rate of the source', './candlewick pause <run>   # if another job has to come first'],
    mended: GOES_ON,
    escalate: 'the vendor refuses for more than an hour at a rate below the plan.',
  },
  VendorAccessDenied: {
    sees: 'Every symbol of one vendor failed at `ingest`.',
    look: [FAILURES, 'ls -l "$CANDLEWICK_SECRETS"   # the file of the secret that the message names; never print it'],
    causes: [
      'The key expired or was rotated.',
      'The secret is not mounted on this worker.',
      'The plan does not cover these symbols.',
    ],
    mend: ['# put the new key into the secret, start the worker again', './candlewick retry <run>'],
    mended: SYMBOL_DONE,
    escalate: 'the key works by hand from the same machine.',
  },
  ArtifactMissing: {
    sees: 'A symbol failed: something it needs is not in the store.',
    look: [FAILURES, './candlewick store verify'],
    causes: [
      'The run was started with `--from` and its beginning was never computed here.',
      'A collection or a person removed it.',
      'The command looks at another store.',
    ],
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
} satisfies Procedures;
