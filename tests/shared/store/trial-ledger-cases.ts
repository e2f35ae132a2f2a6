import type { Trial } from '../../../shared/contracts/trials';
import { sha256Hex } from '../../../shared/store/hash';
import type { ObjectStore } from '../../../shared/store/port';
import { createTrialLedger } from '../../../shared/store/trial-ledger';
import { entryKey, headKey } from '../../../shared/store/trial-keys';
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
      const ledger = await enter([3]);
      expect(ledger.entries.map(({ seq, trial }) => [seq, trial.key])).toEqual([
        [1, 'key-1'],
        [2, 'key-2'],
        [3, 'key-3'],
      ]);
      expect(await read()).toEqual(ledger);
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
      expect((await enter([2, 3])).entries).toHaveLength(3);
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
  });
}
