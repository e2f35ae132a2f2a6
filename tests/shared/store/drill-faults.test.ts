import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../../shared/runtime/settings';
import { requestsMet } from '../../../shared/store/drill-faults';
import { openObjectStore } from '../../../shared/store/open-store';

const NAMESPACE = 'candlewick-drill-1';
const bytes = Buffer.from('bytes');

let folder: string;
let faultFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'candlewick-drill-faults-'));
  faultFile = join(folder, 'fault.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

function storeOf(env: NodeJS.ProcessEnv) {
  return openObjectStore(readSettings({ CANDLEWICK_STORE: join(folder, 'store'), ...env }, folder));
}

function drillStore() {
  return storeOf({ CANDLEWICK_DRILL_FAULTS: faultFile, TEMPORAL_NAMESPACE: NAMESPACE });
}

describe('faults of a drill’s store', () => {
  it('begin and end with the file, and count what they met', async () => {
    const store = drillStore();
    await store.put('a/1', bytes, { ifAbsent: true });
    expect(requestsMet(faultFile)).toBe(0);

    writeFileSync(faultFile, '{"kind":"unavailable"}');
    for (const ask of [
      () => store.get('a/1'),
      () => store.size('a/1'),
      () => store.stat('a/1'),
      () => store.list('a/'),
      () => store.listEntries('a/'),
      () => store.listFolders('a/'),
      () => store.remove('a/1'),
      () => store.put('a/2', bytes, { ifAbsent: true }),
    ]) {
      await expect(ask()).rejects.toMatchObject({
        code: 'StoreUnavailable',
        message: expect.stringContaining('503') as unknown,
      });
    }
    expect(requestsMet(faultFile)).toBe(8);

    rmSync(faultFile);
    expect(await store.list('a/')).toEqual(['a/1']);
    expect(requestsMet(faultFile)).toBe(8);
  });

  it('a full disk refuses writes and nothing else', async () => {
    const store = drillStore();
    await store.put('a/1', bytes, { ifAbsent: true });
    writeFileSync(faultFile, '{"kind":"full"}');
    await expect(store.put('a/2', bytes, { ifAbsent: true })).rejects.toMatchObject({
      code: 'StorageFull',
    });
    expect(await store.get('a/1')).toEqual(new Uint8Array(bytes));
    await store.remove('a/1');
    expect(await store.list('a/')).toEqual([]);
    expect(requestsMet(faultFile)).toBe(1);
  });

  it('a slow store answers, later', async () => {
    const store = drillStore();
    writeFileSync(faultFile, '{"kind":"slow","delayMs":30}');
    const fromMs = performance.now();
    expect(await store.put('a/1', bytes, { ifAbsent: true })).toBe('created');
    // Timers may be a millisecond early.
    expect(performance.now() - fromMs).toBeGreaterThanOrEqual(29);
  });

  it('a file that means nothing is no quiet drill', async () => {
    writeFileSync(faultFile, '{"kind":"flood"}');
    await expect(drillStore().get('a/1')).rejects.toThrow();
  });

  it.each([{}, { TEMPORAL_NAMESPACE: 'default' }, { TEMPORAL_NAMESPACE: 'my-candlewick-drill-1' }])(
    'are refused outside a drill’s namespace: %j',
    (env) => {
      expect(() => storeOf({ CANDLEWICK_DRILL_FAULTS: faultFile, ...env })).toThrow(
        /CANDLEWICK_DRILL_FAULTS.*Unset it/,
      );
    },
  );

  it('without the variable there are none, in a drill’s namespace too', async () => {
    writeFileSync(faultFile, '{"kind":"unavailable"}');
    expect(await storeOf({ TEMPORAL_NAMESPACE: NAMESPACE }).get('a/1')).toBeNull();
  });
});
