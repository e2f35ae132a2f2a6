import type { Procedures } from './procedure';
import { DOCTOR, FAILURES, GOES_ON, LOGS, NOW, OF_ACTIVITY, RETRY, SYMBOL_DONE } from './words';

/** The machines that compute: engines, memory, devices, workers. */
export const COMPUTE_PROCEDURES = {
  EngineUnavailable: {
    sees: 'Fits of one family are tried again and again; everything else goes on.',
    look: [OF_ACTIVITY, `${DOCTOR}   # on the machine of the worker that the failure names`],
    causes: [
      'A new machine that was never set up.',
      'A cache folder that was emptied.',
      'A variable that names a library which is not there.',
      'The library was upgraded under a running worker.',
    ],
    mend: ['./candlewick doctor   # do what it says', '# start the worker again', NOW],
    mended: GOES_ON,
    escalate: '`doctor` finds every part and the code stays.',
  },
  OutOfMemory: {
    sees: 'A net goes down the ladder: activities `…-rung1`, `-rung2` with the reason in their summary. Other fits are tried again, five times at most.',
    look: [OF_ACTIVITY, LOGS, 'free -m; nvidia-smi   # on the machine of the worker'],
    causes: [
      'Too many fits at once on this machine.',
      'A batch or net larger than the device.',
      'A neighbour on the machine.',
    ],
    mend: [
      'CANDLEWICK_TRAINERS=1 ./candlewick worker --role cpu   # fewer fits at once',
      './candlewick move <run> <symbol> <activity> --queue cpu',
      RETRY,
    ],
    mended: 'the fit ends on its rung; the report names the rungs.',
    escalate: 'it happens on the lowest rung on the processor, or one fit takes more memory from day to day.',
  },
  FitTooLarge: {
    sees: 'A fit was not begun and with it its symbol failed; the message says how much memory it would need.',
    look: [FAILURES, './candlewick doctor'],
    causes: [
      'Millions of bars with many features, where `select` is off or keeps many.',
      'A limit for trainers (`CANDLEWICK_TRAINER_MEMORY_MB`) below what the machine could give.',
    ],
    mend: [
      '# `select.enabled: true` with fewer `select.maxFeatures`, or longer bars; or more memory for a trainer:',
      'CANDLEWICK_TRAINER_MEMORY_MB=16000 ./candlewick worker   # and fewer trainers at once: CANDLEWICK_TRAINERS',
      RETRY,
    ],
    mended: SYMBOL_DONE,
    escalate: 'the number of rows in the message is not that of the symbol.',
  },
  DeviceFailure: {
    sees: 'A net went on in the queue of the processors (`-rung1`, "lost its device"), slower.',
    look: [OF_ACTIVITY, 'nvidia-smi; dmesg | tail   # on the machine of the worker'],
    causes: [
      'The GPU fell off the bus or reports uncorrectable errors.',
      'The driver was upgraded without a restart.',
      'A CUDA library that does not load.',
    ],
    mend: [
      '# take the machine out: stop its worker',
      './candlewick move <run> --queue cpu   # what still waits for it',
    ],
    mended: '`./candlewick status <run>` names no queue without workers, and the fits end.',
    escalate: 'the same machine fails twice in a week: hand it to whoever keeps the hardware.',
  },
  NumericalFailure: {
    sees: 'A net halves its learning rate three times (three rungs) and then fails its symbol.',
    look: [FAILURES, LOGS],
    causes: [
      'A feature with values a million times as large as the others: look at the ranges in the message.',
      'The learning rate.',
      'A wrong price in the bars.',
    ],
    mend: ['# mend the bars, or lower `models.<family>.learningRate`', RETRY],
    mended: SYMBOL_DONE,
    escalate: 'the ranges are ordinary: whoever wrote the model has to look.',
  },
  TrainerCrashed: {
    sees: 'Attempt 2 or later with this code; the fit goes on from its checkpoint. At the fifth crash on one input it fails.',
    look: [OF_ACTIVITY, LOGS, 'dmesg | tail   # on the machine of the worker'],
    causes: [
      'A native library aborted: its last words end the log.',
      'Somebody or something killed the process.',
      'The worker was stopped while it computed: nothing to do.',
    ],
    mend: [RETRY, '# given up at the fifth crash: another machine, or CANDLEWICK_TENSORFLOW=wasm on this one'],
    mended: GOES_ON,
    escalate: 'the log ends with the same abort on two machines.',
  },
  WorkerLost: {
    sees: 'A heartbeat timeout; another worker goes on by itself from the last checkpoint.',
    look: [
      OF_ACTIVITY,
      './candlewick status <run>',
      'uptime; dmesg | grep -i oom   # on the machine that the failure names',
    ],
    causes: [
      'The machine or container was stopped or killed for memory.',
      'The network between worker and server.',
      'The stage takes longer than `execution.maxStageMinutes`.',
    ],
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
} satisfies Procedures;
