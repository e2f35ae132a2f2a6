import fc from 'fast-check';
import type { CheckpointLine } from '../../../shared/store/checkpoint-line';
import { createCheckpointStore, type CheckpointStore } from '../../../shared/store/checkpoints';
import type { ObjectStore } from '../../../shared/store/port';
import { diskFullStore } from '../../support/disk-full-store';
import type { OpenedStore } from './object-store-cases';

const KEY = 'ab12'.repeat(16);
const FOLDER = `checkpoints/ab/${KEY}`;
const METRICS = `metrics/ab/${KEY}`;

const facts = (step: number, isBest = false) => ({ step, kind: 'interval' as const, isBest, meta: { loss: 1 / step } });
const bytesAt = (step: number): Uint8Array => Buffer.from(`weights at step ${step} `.repeat(20));
const saveAt = (line: CheckpointLine, step: number, isBest = false): Promise<void> =>
  line.save(bytesAt(step), facts(step, isBest));

/** What checkpoints promise, whatever store is behind them. */
export function describeCheckpoints(name: string, open: () => Promise<OpenedStore>): void {
  describe(`checkpoints: ${name}`, () => {
    let objects: ObjectStore;
    let remove: () => Promise<void>;
    let warnings: string[];
    let store: CheckpointStore;
    beforeEach(async () => {
      ({ store: objects, remove } = await open());
      warnings = [];
      store = createCheckpointStore(objects, (message) => warnings.push(message));
    });
    afterEach(() => remove());

    const stepsKept = async (part: 'bytes' | 'markers'): Promise<number[]> =>
      (await objects.list(`${FOLDER}/${part}/`)).map((key) => Number(key.split('/').at(-1)?.split('-')[1]));
    const keyOf = async (part: 'bytes' | 'markers', step: number): Promise<string> => {
      const keys = await objects.list(`${FOLDER}/${part}/`);
      const key = keys.find((candidate) => Number(candidate.split('/').at(-1)?.split('-')[1]) === step);
      if (key === undefined) throw new Error(`no ${part} of step ${step}`);
      return key;
    };
    const change = async (key: string, edit: (bytes: Buffer) => Uint8Array): Promise<void> => {
      const bytes = await objects.get(key);
      await objects.put(key, edit(Buffer.from(bytes ?? [])), { ifAbsent: false });
    };

    it('are none at first, and then the newest with all its facts', async () => {
      const line = await store.open(KEY);
      expect(await line.latest()).toBeNull();
      await line.save(bytesAt(7), { step: 7, kind: 'epoch', isBest: true, meta: { epoch: 2, note: 'sound' } });
      const found = await line.latest();
      expect(found).toMatchObject({ step: 7, kind: 'epoch', isBest: true, meta: { epoch: 2, note: 'sound' } });
      expect(Buffer.from(found?.bytes ?? [])).toEqual(Buffer.from(bytesAt(7)));
      expect(warnings).toEqual([]);
    });

    it('are found by the next writer, and only under their own key', async () => {
      await saveAt(await store.open(KEY), 3);
      expect((await (await store.open(KEY)).latest())?.step).toBe(3);
      expect(await (await store.open('cd34'.repeat(16))).latest()).toBeNull();
    });

    it.each(['', 'AB12', 'xyz', '../..', 'ab/cd'])('refuse the key %j', async (key) => {
      await expect(store.open(key)).rejects.toThrow(RangeError);
    });

    it('tell two at one step apart: the one saved later is the newer', async () => {
      const line = await store.open(KEY);
      await line.save(Buffer.from('before the epoch was closed'), facts(5));
      await line.save(Buffer.from('after it'), { ...facts(5), kind: 'epoch' });
      expect(await line.latest()).toMatchObject({ kind: 'epoch', bytes: Buffer.from('after it') });
    });

    it('keep the last two and the newest best, and nothing else', async () => {
      const line = await store.open(KEY);
      for (const step of [1, 2, 3, 4, 5, 6]) await saveAt(line, step, step === 2 || step === 3);
      expect(await stepsKept('markers')).toEqual([3, 5, 6]);
      expect(await stepsKept('bytes')).toEqual([3, 5, 6]);
    });

    it('keep, of any history, the last two and the newest best, across writers', async () => {
      const history = fc.array(fc.record({ isBest: fc.boolean(), reopens: fc.boolean() }), {
        minLength: 1,
        maxLength: 12,
      });
      await fc.assert(
        fc.asyncProperty(history, async (saves) => {
          await store.remove(KEY);
          let line = await store.open(KEY);
          for (const [i, { isBest, reopens }] of saves.entries()) {
            if (reopens) line = await store.open(KEY);
            await saveAt(line, i + 1, isBest);
          }
          const lastBest = saves.findLastIndex(({ isBest }) => isBest) + 1;
          const expected = new Set([lastBest, saves.length - 1, saves.length].filter((step) => step > 0));
          expect(await stepsKept('markers')).toEqual([...expected].sort((a, b) => a - b));
          expect(await stepsKept('bytes')).toEqual(await stepsKept('markers'));
          expect((await line.latest())?.step).toBe(saves.length);
        }),
        { numRuns: 15 },
      );
    });

    it('save one after the other, in the order in which they were asked', async () => {
      const puts: string[] = [];
      const watched: ObjectStore = {
        ...objects,
        put: async (key, bytes, options) => {
          // The first is the slowest.
          await new Promise((resolve) => setTimeout(resolve, Math.max(0, 6 - 2 * puts.length)));
          puts.push(key.split('/').at(-2) ?? '');
          return objects.put(key, bytes, options);
        },
      };
      const line = await createCheckpointStore(watched, () => undefined).open(KEY);
      await Promise.all([1, 2, 3, 4].map((step) => saveAt(line, step)));
      expect(puts).toEqual(['fences', ...Array.from({ length: 4 }, () => ['bytes', 'markers']).flat()]);
      expect(await stepsKept('markers')).toEqual([3, 4]);
    });

    const DAMAGES: readonly (readonly [string, 'bytes' | 'markers', (bytes: Buffer) => Uint8Array, RegExp])[] = [
      ['truncated bytes', 'bytes', (bytes) => bytes.subarray(0, 9), /9 bytes found/],
      ['a flipped bit in the bytes', 'bytes', flipped, /do not match their SHA-256/],
      ['a truncated marker', 'markers', (bytes) => bytes.subarray(0, 9), /marker cannot be read/],
      ['a flipped bit in the marker', 'markers', flipped, /marker cannot be read/],
      [
        'another step in the marker',
        'markers',
        (bytes) => Buffer.from(bytes.toString().replace('"step":4', '"step":5')),
        /marker cannot be read/,
      ],
    ];

    it.each(DAMAGES)('with %s are passed over for the one before, with a warning', async (_name, part, edit, told) => {
      const line = await store.open(KEY);
      for (const step of [3, 4]) await saveAt(line, step);
      await change(await keyOf(part, 4), edit);
      const next = await store.open(KEY);
      expect((await next.latest())?.step).toBe(3);
      expect(warnings).toEqual([expect.stringMatching(told)]);
      expect(warnings[0]).toContain('00000001-000000000004');
    });

    it('without their bytes are passed over with a warning; bytes without a marker are nothing', async () => {
      const line = await store.open(KEY);
      for (const step of [3, 4]) await saveAt(line, step);
      await objects.remove(await keyOf('bytes', 4));
      await objects.put(`${FOLDER}/bytes/00000009-000000000009-000001-dead`, bytesAt(9), { ifAbsent: true });
      const next = await store.open(KEY);
      expect((await next.latest())?.step).toBe(3);
      expect(warnings).toEqual([expect.stringMatching(/its bytes are gone/)]);
    });

    it('that were found damaged do not count among the last two, and are taken away', async () => {
      const line = await store.open(KEY);
      for (const step of [3, 4]) await saveAt(line, step);
      await change(await keyOf('bytes', 4), flipped);
      const next = await store.open(KEY);
      await next.latest();
      await saveAt(next, 5);
      expect(await stepsKept('markers')).toEqual([3, 5]);
    });

    it('all damaged are as good as none', async () => {
      const line = await store.open(KEY);
      await saveAt(line, 3);
      await change(await keyOf('bytes', 3), flipped);
      expect(await line.latest()).toBeNull();
    });

    it('half-written by a killed writer are taken away by the next save', async () => {
      const line = await store.open(KEY);
      await objects.put(`${FOLDER}/bytes/00000001-000000000009-000001-dead`, bytesAt(9), { ifAbsent: true });
      await saveAt(line, 1);
      expect(await stepsKept('bytes')).toEqual([1]);
    });

    describe('of two writers at once', () => {
      it('the older is fenced off: it can neither save, nor record, nor publish', async () => {
        const older = await store.open(KEY);
        await saveAt(older, 1);
        const newer = await store.open(KEY);
        const fenced = { code: 'Fenced', message: expect.stringMatching(/writer 1 .* writer 2 took over/) as string };
        await expect(saveAt(older, 2)).rejects.toMatchObject(fenced);
        await expect(older.appendEpoch({ epoch: 0 })).rejects.toMatchObject(fenced);
        await expect(older.assertNotFenced()).rejects.toMatchObject(fenced);
        expect(await stepsKept('bytes')).toEqual([1]);
        await newer.assertNotFenced();
        await saveAt(newer, 2);
        expect((await newer.latest())?.step).toBe(2);
      });

      it('exactly one of ten that open at once can save', async () => {
        const lines = await Promise.all(Array.from({ length: 10 }, () => store.open(KEY)));
        expect(new Set(lines.map(({ ticket }) => ticket.fence)).size).toBe(10);
        const outcomes = await Promise.allSettled(lines.map((line, i) => saveAt(line, i + 1)));
        const saved = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [lines[i]?.ticket.fence] : []));
        expect(saved).toEqual([10]);
      });

      it('what the older publishes after its last look stays invisible, for ever', async () => {
        let beforeMarker = (): Promise<unknown> => Promise.resolve();
        const slow: ObjectStore = {
          ...objects,
          put: async (key, bytes, options) => {
            if (key.includes('/markers/')) await beforeMarker();
            return objects.put(key, bytes, options);
          },
        };
        const older = await createCheckpointStore(slow, () => undefined).open(KEY);
        await saveAt(older, 1);
        let newer: CheckpointLine | null = null;
        beforeMarker = async () => (newer = await store.open(KEY));
        await expect(saveAt(older, 99)).rejects.toMatchObject({ code: 'Fenced' });
        expect(await stepsKept('markers')).toEqual([1, 99]);
        expect((await (newer as CheckpointLine | null)?.latest())?.step).toBe(1);
        expect((await (await store.open(KEY)).latest())?.step).toBe(1);
        const last = await store.open(KEY);
        await saveAt(last, 2);
        expect(await stepsKept('markers')).toEqual([1, 2]);
      });

      it('the newer branch is the newest, even at a lower step', async () => {
        const older = await store.open(KEY);
        for (const step of [5, 9]) await saveAt(older, step);
        await change(await keyOf('bytes', 9), flipped);
        const newer = await store.open(KEY);
        expect((await newer.latest())?.step).toBe(5);
        await saveAt(newer, 7);
        expect((await (await store.open(KEY)).latest())?.step).toBe(7);
      });

      it('a writer of a line that was cleared stays fenced off, though the next one counts from the same number', async () => {
        const older = await store.open(KEY);
        await store.remove(KEY);
        await expect(older.assertNotFenced()).rejects.toMatchObject({
          code: 'Fenced',
          message: expect.stringContaining('its result is published') as string,
        });
        const newer = await store.open(KEY);
        expect(newer.ticket.fence).toBe(older.ticket.fence);
        await expect(saveAt(older, 1)).rejects.toMatchObject({ code: 'Fenced' });
        await saveAt(newer, 2);
        expect(await stepsKept('bytes')).toEqual([2]);
      });

      it('tells who holds the line and when it was last heard of', async () => {
        expect(await store.holder(KEY)).toBeNull();
        const line = await store.open(KEY, 'worker 1');
        const before = Date.now();
        await saveAt(line, 1);
        const holder = await store.holder(KEY);
        expect(holder).toMatchObject({ fence: 1, owner: 'worker 1' });
        expect(holder?.lastSignMs).toBeGreaterThanOrEqual(before);
      });

      it('a damaged fence fences off all the same, and hides nothing', async () => {
        const older = await store.open(KEY);
        await saveAt(older, 1);
        await store.open(KEY);
        await change(`${FOLDER}/fences/00000002.json`, (bytes) => bytes.subarray(0, 5));
        await expect(saveAt(older, 2)).rejects.toMatchObject({ code: 'Fenced' });
        expect((await (await store.open(KEY)).latest())?.step).toBe(1);
        expect(warnings).toEqual([expect.stringContaining('cannot be read')]);
      });
    });

    it('can be judged and taken away in another process, by the ticket', async () => {
      const line = await store.open(KEY);
      await saveAt(line, 1);
      const joined = await store.join(KEY, structuredClone(line.ticket));
      await joined.assertNotFenced();
      expect((await joined.latest())?.step).toBe(1);
      await joined.clear();
      expect(await objects.list(`${FOLDER}/`)).toEqual([]);
      await expect(store.join(KEY, line.ticket)).rejects.toMatchObject({ code: 'Fenced' });
    });

    describe('on a full disk', () => {
      // 0: the bytes are refused, 1: the marker is.
      it.each([
        [0, false],
        [0, true],
        [1, false],
        [1, true],
      ])(
        'after %i more puts (half an object left: %s) say so once and leave the ones before',
        async (after, leavesHalf) => {
          const full = diskFullStore(objects, { after: Infinity, leavesHalf });
          const line = await createCheckpointStore(full, () => undefined).open(KEY);
          for (const step of [1, 2]) await saveAt(line, step);
          full.fill(after);
          await expect(saveAt(line, 3)).rejects.toMatchObject({
            code: 'StorageFull',
            message: expect.stringMatching(
              /no space is left in .* for the checkpoint at step 3 .* the one before it/,
            ) as string,
          });
          expect(await stepsKept('bytes')).toEqual([1, 2]);
          expect(await stepsKept('markers')).toEqual([1, 2]);
          expect((await line.latest())?.step).toBe(2);
          full.free();
          await saveAt(line, 3);
          expect((await line.latest())?.step).toBe(3);
        },
      );
    });

    describe('metrics', () => {
      it('are one record for each epoch, that of the newest writer, in order', async () => {
        const first = await store.open(KEY);
        for (const epoch of [0, 1, 2]) await first.appendEpoch({ epoch, loss: 3 - epoch } as { epoch: number });
        const second = await store.open(KEY);
        for (const epoch of [2, 3]) await second.appendEpoch({ epoch, loss: 10 + epoch } as { epoch: number });
        expect((await second.epochs()).map(({ epoch, loss }) => [epoch, loss])).toEqual([
          [0, 3],
          [1, 2],
          [2, 12],
          [3, 13],
        ]);
        expect(await store.epochs(KEY)).toEqual(await second.epochs());
      });

      it('are never written over', async () => {
        const line = await store.open(KEY);
        await line.appendEpoch({ epoch: 0, loss: 1 } as { epoch: number });
        await line.appendEpoch({ epoch: 0, loss: 2 } as { epoch: number });
        expect(await line.epochs()).toEqual([{ epoch: 0, loss: 1 }]);
      });

      it('that cannot be read are passed over for those of the writer before, with a warning', async () => {
        const first = await store.open(KEY);
        await first.appendEpoch({ epoch: 0, loss: 1 } as { epoch: number });
        const second = await store.open(KEY);
        await second.appendEpoch({ epoch: 0, loss: 1 } as { epoch: number });
        await change(`${METRICS}/000000-00000002.json`, (bytes) => bytes.subarray(0, 5));
        expect(await second.epochs()).toEqual([{ epoch: 0, loss: 1 }]);
        expect(warnings).toEqual([expect.stringContaining('000000-00000002')]);
      });

      it('outlive the line, and the next writer writes above them', async () => {
        const line = await store.open(KEY);
        await line.appendEpoch({ epoch: 0, loss: 1 } as { epoch: number });
        await line.clear();
        expect(await store.epochs(KEY)).toEqual([{ epoch: 0, loss: 1 }]);
        const next = await store.open(KEY);
        await next.appendEpoch({ epoch: 0, loss: 2 } as { epoch: number });
        expect(await store.epochs(KEY)).toEqual([{ epoch: 0, loss: 2 }]);
      });
    });
  });
}

function flipped(bytes: Buffer): Uint8Array {
  const middle = Math.floor(bytes.length / 2);
  return bytes.map((byte, i) => (i === middle ? byte ^ 1 : byte));
}
