import fc from 'fast-check';
import { accumulationSteps, ladderHistory, nextRung, type LadderPlace } from '../../../activities/support/ladder';
import type { Rung } from '../../../shared/names/rungs';

const START: LadderPlace = {
  batchSize: 256,
  minMicroBatch: 16,
  rungs: [],
  device: 'cpu',
  numericalRetries: 3,
  atStep: 40,
};
const rung = (changes: Partial<Rung> = {}): Rung => ({
  cause: 'OutOfMemory',
  microBatch: 128,
  learningRateScale: 1,
  device: 'cpu',
  atStep: 10,
  note: 'out of memory.',
  ...changes,
});

type Changed = Partial<Omit<Rung, 'note'>> | null;
const halved = [0.5, 0.25, 0.125].map((scale) => rung({ cause: 'NumericalFailure', learningRateScale: scale }));
const TABLE: readonly (readonly [string, string, Partial<LadderPlace>, Changed])[] = [
  ['out of memory: half the windows', 'OutOfMemory', {}, { microBatch: 128, device: 'cpu', learningRateScale: 1 }],
  ['again: half of those', 'OutOfMemory', { rungs: [rung()] }, { microBatch: 64 }],
  ['an odd batch: rounded up', 'OutOfMemory', { batchSize: 25, minMicroBatch: 1 }, { microBatch: 13 }],
  ['down to the smallest', 'OutOfMemory', { rungs: [rung({ microBatch: 32 })] }, { microBatch: 16 }],
  ['below the smallest on a processor: the end', 'OutOfMemory', { rungs: [rung({ microBatch: 16 })] }, null],
  [
    'below the smallest on a GPU: to the processor, whole',
    'OutOfMemory',
    { device: 'gpu', rungs: [rung({ microBatch: 16, device: 'gpu' })] },
    { microBatch: 256, device: 'cpu' },
  ],
  [
    'there it halves anew',
    'OutOfMemory',
    { rungs: [rung({ microBatch: 16, device: 'gpu' }), rung({ microBatch: 256 })] },
    { microBatch: 128, device: 'cpu' },
  ],
  ['a batch of one window: the end', 'OutOfMemory', { batchSize: 1, minMicroBatch: 1 }, null],
  ['a batch below the smallest: the end', 'OutOfMemory', { batchSize: 8 }, null],
  [
    'keeps a halved learning rate',
    'OutOfMemory',
    { rungs: halved.slice(0, 1).map((past) => ({ ...past, microBatch: 256 })) },
    { microBatch: 128, learningRateScale: 0.5 },
  ],
  ['a lost GPU: to the processor', 'DeviceFailure', { device: 'gpu' }, { microBatch: 256, device: 'cpu' }],
  [
    'a lost GPU keeps the micro-batch',
    'DeviceFailure',
    { device: 'gpu', rungs: [rung({ microBatch: 64, device: 'gpu' })] },
    { microBatch: 64, device: 'cpu' },
  ],
  ['a lost device that is the processor: the end', 'DeviceFailure', {}, null],
  ['a loss of NaN: half the learning rate', 'NumericalFailure', {}, { learningRateScale: 0.5, microBatch: 256 }],
  ['the second', 'NumericalFailure', { rungs: halved.slice(0, 1) }, { learningRateScale: 0.25, microBatch: 128 }],
  ['the third', 'NumericalFailure', { rungs: halved.slice(0, 2) }, { learningRateScale: 0.125 }],
  ['the fourth: the end', 'NumericalFailure', { rungs: halved }, null],
  ['stays on its device', 'NumericalFailure', { device: 'gpu' }, { learningRateScale: 0.5, device: 'gpu' }],
  ['a crash is retried as it was', 'TrainerCrashed', {}, null],
  ['so is a full disk', 'StorageFull', {}, null],
  ['bad input is no matter of rungs', 'InvalidLabels', {}, null],
];

describe('the ladder', () => {
  it.each(TABLE)('%s', (_name, code, changes, expected) => {
    const next = nextRung({ code }, { ...START, ...changes });
    if (expected === null) expect(next).toBeNull();
    else expect(next).toMatchObject({ cause: code, atStep: 40, ...expected });
  });

  it('says in its notes what happened, and where', () => {
    const first = nextRung({ code: 'OutOfMemory' }, START);
    const second = nextRung({ code: 'NumericalFailure' }, { ...START, rungs: [rung()], atStep: 90 });
    expect(ladderHistory([first, second].filter((one) => one !== null))).toBe(
      '1. out of memory at step 40 on the processor with 256 windows at once: now 128, accumulated 2 times to the same batch of 256. ' +
        '2. the loss was no finite number at step 90: now 0.5 of the learning rate, from the last sound checkpoint.',
    );
    expect(ladderHistory([])).toBe('');
  });

  it.each([{ batchSize: 0 }, { batchSize: 2.5 }, { minMicroBatch: 0 }, { numericalRetries: -1 }])(
    'refuses %j',
    (changes) => {
      expect(() => nextRung({ code: 'OutOfMemory' }, { ...START, ...changes })).toThrow(RangeError);
    },
  );

  it('ends after any series of faults, keeps the effective batch, and never goes up', () => {
    const codes = fc.infiniteStream(fc.constantFrom('OutOfMemory', 'DeviceFailure', 'NumericalFailure'));
    const places = fc.record({
      batchSize: fc.integer({ min: 1, max: 5_000 }),
      minMicroBatch: fc.integer({ min: 1, max: 64 }),
      device: fc.constantFrom('cpu' as const, 'gpu' as const),
    });
    fc.assert(
      fc.property(places, codes, (given, faults) => {
        let place: LadderPlace = { ...START, ...given };
        // At most: halvings of the batch on two devices, one change of device, three halvings of the learning rate, each
        // after two faults of the other kinds that found no rung.
        for (let fault = 0; fault < 200; fault += 1) {
          const next = nextRung({ code: faults.next().value as string }, place);
          if (next === null) continue;
          const { batchSize, minMicroBatch } = place;
          expect(next.microBatch).toBeGreaterThanOrEqual(Math.min(minMicroBatch, batchSize));
          expect(next.microBatch).toBeLessThanOrEqual(batchSize);
          const times = accumulationSteps(batchSize, next.microBatch);
          expect(times * next.microBatch).toBeGreaterThanOrEqual(batchSize);
          expect((times - 1) * next.microBatch).toBeLessThan(batchSize);
          expect(next.learningRateScale).toBeLessThanOrEqual(place.rungs.at(-1)?.learningRateScale ?? 1);
          if (place.device === 'cpu') expect(next.device).toBe('cpu');
          place = { ...place, rungs: [...place.rungs, next], device: next.device };
        }
        expect(place.rungs.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(place.batchSize) + 1) + 1 + 3);
        if (place.device === 'cpu') expect(nextRung({ code: 'DeviceFailure' }, place)).toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  it('of a power of two has only micro-batches that divide the batch', () => {
    let rungs: readonly Rung[] = [];
    for (;;) {
      const next = nextRung({ code: 'OutOfMemory' }, { ...START, minMicroBatch: 1, rungs });
      if (next === null) break;
      expect(START.batchSize % next.microBatch).toBe(0);
      rungs = [...rungs, next];
    }
    expect(rungs.map(({ microBatch }) => microBatch)).toEqual([128, 64, 32, 16, 8, 4, 2, 1]);
  });
});
