import type { Trial } from '../../../shared/contracts/trials';
import { canonicalBytes, sha256Hex } from '../../../shared/store/hash';
import type { ObjectStore } from '../../../shared/store/port';
import { ENTRIES_PER_CHECKPOINT, createTrialLedger } from '../../../shared/store/trial-ledger';
import { checkpointKey, entryKey, headKey } from '../../../shared/store/trial-keys';
import type { OpenedStore } from './object-store-cases';

const AT = '2026-03-02T06:00:00.000Z';
const STUDY = 'metals';

export function trialOf(number: number, given: Partial<Trial> = {}): Trial {
  return {
    key: `key-${String(number)}`,
    family: 'logistic',
    horizonBars: 20,
    configuration: sha256Hex(`configuration ${String(number)}`),
    sharpePerDay: 0.01 * number,
    days: 250,
    skew: 0,
    kurtosis: 3,
    returns: { uri: 'blobs/00/0', sha256: '0'.repeat(64), bytes: 1, kind: 'daily-returns', schemaVersion: 1 },
    ...given,
  };
}

/** What the ledger of trials promises on every store. */
export function describeTrialLedger(name: string, open: () => Promise<OpenedStore>): void {
  describe(`trial ledger: ${name}`, () => {
    let objects: ObjectStore;
    let remove: () => Promise<void>;
    beforeEach(async () => ({ store: objects, remove } = await open()));
    afterEach(() => remove());

    const enter = (numbers: readonly number[], symbol = 'XAG') =>
      createTrialLedger(objects).enter(
        STUDY,
        symbol,
        numbers.map((number) => trialOf(number)),
        AT,
      );
    const read = (symbol = 'XAG') => createTrialLedger(objects).read(STUDY, symbol);
    const broken = (what: string) => ({ code: 'LedgerBroken', message: expect.stringContaining(what) as string });

    it('is empty at first, and keeps what is entered in its order, by symbol', async () => {
      expect(await read()).toEqual({ entries: [], head: null });
      await enter([1, 2]);
      await enter([7], 'BRK/B');
      const entered = await enter([3]);
      const ledger = await read();
      expect(ledger.entries.map(({ seq, trial }) => [seq, trial.key])).toEqual([
        [1, 'key-1'],
        [2, 'key-2'],
        [3, 'key-3'],
      ]);
      expect(entered).toEqual({ head: ledger.head, trials: ledger.entries.map(({ trial }) => trial) });
      expect(ledger.head?.length).toBe(3);
      expect((await read('BRK/B')).entries).toHaveLength(1);
      expect((await createTrialLedger(objects).list()).map(({ study, symbol }) => [study, symbol])).toEqual([
        [STUDY, 'BRK/B'],
        [STUDY, 'XAG'],
      ]);
    });

    it('counts a rerun once, and a trial of another configuration again', async () => {
      const first = await enter([1, 2]);
      expect(await enter([2, 1])).toEqual(first);
      expect((await enter([2, 3])).head?.length).toBe(3);
    });

    it('loses nothing and enters nothing twice, whoever enters at once', async () => {
      const writers = [
        [1, 2, 3],
        [3, 4, 5],
        [5, 1, 6],
        [6, 4, 2],
      ].map((numbers) => enter(numbers));
      await Promise.all(writers);
      const { entries } = await read();
      expect(entries.map(({ trial }) => trial.key).sort()).toEqual([1, 2, 3, 4, 5, 6].map((n) => `key-${String(n)}`));
      expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    });

    it.each([1, 2, 3])('an entry that is removed breaks it: number %i of 3', async (seq) => {
      await enter([1, 2, 3]);
      await objects.remove(entryKey(STUDY, 'XAG', seq));
      // The last one has no successor: the head that was left tells.
      await expect(read()).rejects.toMatchObject(
        broken(seq === 3 ? 'it has 2 entries, 3 were seen before' : `entry ${String(seq)} is gone`),
      );
      await expect(enter([4])).rejects.toMatchObject(broken('begin another study'));
    });

    it.each([1, 2, 3])('an entry that is edited breaks it: number %i of 3', async (seq) => {
      await enter([1, 2, 3]);
      const key = entryKey(STUDY, 'XAG', seq);
      const text = Buffer.from((await objects.get(key)) ?? '').toString('utf8');
      await objects.put(key, Buffer.from(text.replace('"sharpePerDay":0.0', '"sharpePerDay":0.9')), {
        ifAbsent: false,
      });
      await expect(read()).rejects.toMatchObject(
        broken(
          seq === 3 ? 'entry 3 is not the one that was seen before' : `entry ${String(seq)} is not the one that entry`,
        ),
      );
    });

    it('an entry that says nothing, stands out of place or was written by hand breaks it', async () => {
      await enter([1, 2]);
      const [first, second] = await Promise.all([1, 2].map((seq) => objects.get(entryKey(STUDY, 'XAG', seq))));
      const put = (seq: number, bytes: Uint8Array | null | undefined) =>
        objects.put(entryKey(STUDY, 'XAG', seq), bytes ?? Buffer.from(''), { ifAbsent: false });
      await put(2, Buffer.from('{"half'));
      await expect(read()).rejects.toMatchObject(broken('2.json cannot be read'));
      await put(2, first);
      await expect(read()).rejects.toMatchObject(broken('2.json is entry 1'));
      await put(2, second);
      expect((await read()).entries).toHaveLength(2);
      await put(
        3,
        Buffer.from(
          Buffer.from(second ?? '')
            .toString('utf8')
            .replace('"seq":2', '"seq":3'),
        ),
      );
      await expect(read()).rejects.toMatchObject(broken('entry 2 is not the one that entry 3 was written after'));
    });

    it('a tail that is cut with the heads beside it is seen against the head of a record', async () => {
      const { head } = await enter([1, 2, 3]);
      if (head === null) throw new Error('no head');
      for (const key of [entryKey(STUDY, 'XAG', 3), headKey(STUDY, 'XAG', 3)]) await objects.remove(key);
      expect((await read()).entries).toHaveLength(2);
      const seen = (heads: (typeof head)[]) => createTrialLedger(objects).read(STUDY, 'XAG', heads);
      await expect(seen([head])).rejects.toMatchObject(broken('it has 2 entries, 3 were seen before'));
      // Another trial in its place makes it as long again, and not the same.
      await enter([9]);
      await expect(seen([head])).rejects.toMatchObject(broken('entry 3 is not the one that was seen before'));
    });

    describe('with a checkpoint', () => {
      /** One more than stand before a checkpoint, and ten behind it; every fourth is an earlier configuration anew. */
      const trials = Array.from({ length: ENTRIES_PER_CHECKPOINT + 10 }, (_, i) =>
        trialOf(i + 1, i % 4 === 3 ? { configuration: trialOf(i).configuration } : {}),
      );
      const checkpoint = checkpointKey(`studies/${STUDY}/XAG`, ENTRIES_PER_CHECKPOINT);
      const ledger = () => createTrialLedger(objects);
      const more = (number: number) => ledger().enter(STUDY, 'XAG', [trialOf(number)], AT);
      const edit = async (key: string, from: string, to: string): Promise<void> => {
        const text = Buffer.from((await objects.get(key)) ?? '').toString('utf8');
        expect(text).toContain(from);
        await objects.put(key, Buffer.from(text.replace(from, to)), { ifAbsent: false });
      };
      beforeEach(async () => {
        await ledger().enter(STUDY, 'XAG', trials, AT);
      });

      it('entering comes to what the whole ledger comes to, and knows the trials before the checkpoint', async () => {
        const { entries, head } = await read();
        expect(entries).toHaveLength(trials.length);
        const entered = await ledger().enter(STUDY, 'XAG', [trialOf(3), trialOf(ENTRIES_PER_CHECKPOINT)], AT);
        const newest = new Map(entries.map(({ trial }) => [trial.configuration, trial]));
        expect(entered).toEqual({ head, trials: [...newest.values()] });
      });

      it('an entry before it that is edited is found by reading all, and changes nothing of what is entered', async () => {
        const before = await more(1);
        await edit(entryKey(STUDY, 'XAG', 7), '"days":250', '"days":900');
        await expect(read()).rejects.toMatchObject(broken('entry 7 is not the one that entry 8 was written after'));
        expect(await more(1)).toEqual(before);
      });

      it.each([7, ENTRIES_PER_CHECKPOINT, ENTRIES_PER_CHECKPOINT + 5])(
        'an entry that is removed is missed by all: number %i',
        async (seq) => {
          await objects.remove(entryKey(STUDY, 'XAG', seq));
          await expect(read()).rejects.toMatchObject(broken(`entry ${String(seq)} is gone`));
          await expect(more(200)).rejects.toMatchObject(broken(`entry ${String(seq)} is gone`));
        },
      );

      it('the entry that it was written after, edited, is noticed by whoever enters', async () => {
        await edit(entryKey(STUDY, 'XAG', ENTRIES_PER_CHECKPOINT), '"days":250', '"days":900');
        await expect(more(200)).rejects.toMatchObject(broken('is not the one that its checkpoint was written after'));
      });

      it('an edited checkpoint is noticed, also where the entry behind it was made to name it', async () => {
        await edit(checkpoint, '"days":250', '"days":900');
        await expect(more(200)).rejects.toMatchObject(broken('100.json is gone, or not the one that entry 101'));
        await expect(read()).rejects.toMatchObject(broken('100.json is gone, or not the one that entry 101'));
        const forged = sha256Hex((await objects.get(checkpoint)) ?? '');
        const key = entryKey(STUDY, 'XAG', ENTRIES_PER_CHECKPOINT + 1);
        const named = /"checkpoint":"(\w+)"/.exec(Buffer.from((await objects.get(key)) ?? '').toString('utf8'))?.[1];
        await edit(key, named ?? 'none', forged);
        await expect(more(200)).rejects.toMatchObject(broken('entry 101 is not the one that entry 102'));
        await expect(read()).rejects.toMatchObject(broken('100.json is gone, or not the one that entry 101'));
      });

      it('a checkpoint that was forged, with all that came after it, is found by counting anew', async () => {
        await edit(checkpoint, '"days":250', '"days":900');
        let named: object = { checkpoint: sha256Hex((await objects.get(checkpoint)) ?? '') };
        let previous = sha256Hex((await objects.get(entryKey(STUDY, 'XAG', ENTRIES_PER_CHECKPOINT))) ?? '');
        for (let seq = ENTRIES_PER_CHECKPOINT + 1; seq <= trials.length; seq += 1) {
          const entry = { study: STUDY, symbol: 'XAG', seq, previous, trial: trials[seq - 1], at: AT, ...named };
          await objects.put(entryKey(STUDY, 'XAG', seq), canonicalBytes(entry), { ifAbsent: false });
          previous = sha256Hex(canonicalBytes(entry));
          named = {};
        }
        await objects.put(
          headKey(STUDY, 'XAG', trials.length),
          canonicalBytes({ length: trials.length, sha256: previous }),
          { ifAbsent: false },
        );
        await expect(read()).rejects.toMatchObject(broken('100.json is gone, or not the one that entry 101'));
      });

      it('a checkpoint that is gone is missed', async () => {
        await objects.remove(checkpoint);
        await expect(more(200)).rejects.toMatchObject(broken('100.json is gone, or not the one that entry 101'));
        await expect(read()).rejects.toMatchObject(broken('100.json is gone, or not the one that entry 101'));
      });

      it('a tail that is cut is seen by its head', async () => {
        await objects.remove(entryKey(STUDY, 'XAG', trials.length));
        await expect(more(200)).rejects.toMatchObject(broken('it has 109 entries, 110 were seen before'));
      });

      it('nothing is lost where several reach it at once', async () => {
        const upTo = 2 * ENTRIES_PER_CHECKPOINT + 5;
        const numbers = Array.from({ length: upTo - trials.length }, (_, i) => trialOf(trials.length + 1 + i));
        await Promise.all([0, 1, 2].map((w) => ledger().enter(STUDY, 'XAG', numbers.slice(10 * w), AT)));
        const { entries } = await read();
        expect(new Set(entries.map(({ trial }) => trial.key)).size).toBe(upTo);
        expect(entries).toHaveLength(upTo);
      });
    });

    it('a ledger of earlier versions, without checkpoints, is read and gets its first where the next is due', async () => {
      const length = ENTRIES_PER_CHECKPOINT + 20;
      let previous: string | null = null;
      for (let seq = 1; seq <= length; seq += 1) {
        const entry = { study: STUDY, symbol: 'XAG', seq, previous, trial: trialOf(seq), at: AT };
        await objects.put(entryKey(STUDY, 'XAG', seq), canonicalBytes(entry), { ifAbsent: true });
        previous = sha256Hex(canonicalBytes(entry));
      }
      const next = Array.from({ length: ENTRIES_PER_CHECKPOINT }, (_, i) => length + 1 + i);
      expect((await enter(next)).head?.length).toBe(length + ENTRIES_PER_CHECKPOINT);
      expect((await read()).entries).toHaveLength(length + ENTRIES_PER_CHECKPOINT);
      expect(await objects.list(`studies/${STUDY}/XAG/checkpoints/`)).toEqual([
        checkpointKey(`studies/${STUDY}/XAG`, 2 * ENTRIES_PER_CHECKPOINT),
      ]);
    });

    it('entering reads no more objects after years than after a month', async () => {
      const reads = async (): Promise<number> => {
        let count = 0;
        const counted: ObjectStore = {
          ...objects,
          put: (key, bytes, options) => objects.put(key, bytes, options),
          list: (prefix) => objects.list(prefix),
          get: (key) => {
            count += 1;
            return objects.get(key);
          },
        };
        await createTrialLedger(counted).enter(STUDY, 'XAG', [trialOf(1)], AT);
        return count;
      };
      const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
      await enter(numbers(1, ENTRIES_PER_CHECKPOINT + 8));
      const early = await reads();
      await enter(numbers(ENTRIES_PER_CHECKPOINT + 8, 3 * ENTRIES_PER_CHECKPOINT + 8));
      expect(await reads()).toBe(early);
      // Entries and head behind the checkpoint, the one before it, and itself.
      expect(early).toBe(7 + 1 + 1 + 1);
    });
  });
}
