import { onThreads } from '../support/tensor-setting';
import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeModelEngines, openModelEngines } from '../../inference/model-engines';
import type { NativeParts } from '../../shared/runtime/native-parts';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import { sha256Hex } from '../../shared/store/hash';
import { PORTABLE_ENGINE } from '../../domain/models/engines';

const folder = mkdtempSync(join(tmpdir(), 'candlewick-engines-'));
const library = join(folder, 'lib_lightgbm.so');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function partsOf(lightgbm: NativeParts['lightgbm']): NativeParts {
  return { ...locateNativeParts({}), lightgbm };
}

const found = (): NativeParts => partsOf({ found: true, path: library, version: '4.7.0', from: 'test', sha256: null });
const missing = (): NativeParts => partsOf({ found: false, remedy: 'run ./candlewick setup' });

describe('engines that are only described', () => {
  it('name the library by its bytes, its version and its threads', () => {
    writeFileSync(library, 'first');
    expect(describeModelEngines(found, onThreads(3)).describe('lightgbm')).toEqual({
      library: 'lightgbm',
      version: '4.7.0',
      librarySha256: sha256Hex(Buffer.from('first')),
      threads: 3,
      device: 'cpu',
    });
  });

  it('see at once a library that is replaced on disk', () => {
    writeFileSync(library, 'before');
    const { describe: engineOf } = describeModelEngines(found, onThreads(1));
    const before = engineOf('lightgbm');
    expect(engineOf('lightgbm')).toEqual(before);
    writeFileSync(library, 'afterwards');
    expect(engineOf('lightgbm').librarySha256).toBe(sha256Hex(Buffer.from('afterwards')));
  });

  it('see another file of the same size and time of change', () => {
    const wholeSecond = new Date(1_700_000_000_000);
    writeFileSync(library, 'before');
    utimesSync(library, wholeSecond, wholeSecond);
    const { describe: engineOf } = describeModelEngines(found, onThreads(1));
    engineOf('lightgbm');
    writeFileSync(`${library}.new`, 'behind');
    utimesSync(`${library}.new`, wholeSecond, wholeSecond);
    renameSync(`${library}.new`, library);
    expect(engineOf('lightgbm').librarySha256).toBe(sha256Hex(Buffer.from('behind')));
  });

  it('see a library that is set up, or goes away, meanwhile', () => {
    let parts = missing();
    const { describe: engineOf } = describeModelEngines(() => parts, onThreads(1));
    const without = { library: 'lightgbm', version: 'missing', threads: 1, device: 'cpu' };
    expect(engineOf('lightgbm')).toEqual(without);
    parts = found();
    expect(engineOf('lightgbm')).toMatchObject({ version: '4.7.0' });
    parts = missing();
    expect(engineOf('lightgbm')).toEqual(without);
  });

  it.each(['majority', 'logistic'])('%s needs no library', (family) => {
    expect(describeModelEngines(missing, onThreads(4)).describe(family)).toBe(PORTABLE_ENGINE);
  });
});

describe('engines that are opened', () => {
  it('answer with what to do where the library is missing or is none', async () => {
    writeFileSync(library, 'no library at all');
    for (const parts of [missing(), found()]) {
      const { registry, describe: engineOf } = await openModelEngines(parts, onThreads(1));
      expect(engineOf('lightgbm')).toMatchObject({ version: 'missing' });
      const family = registry.get('lightgbm');
      const loaded = family.ok && family.value.kind === 'rows' ? family.value.fromBytes(Buffer.from('{}')) : family;
      expect(loaded.ok).toBe(false);
      expect(registry.get('logistic').ok).toBe(true);
    }
  });
});
