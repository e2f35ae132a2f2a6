import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locateNativeParts, nativeCacheFolder, sha256OfFile } from '../../../shared/runtime/native-parts';

let cache = '';
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'candlewick-cache-'));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

const SHA = 'a'.repeat(64);

/** Puts a file of nine bytes into the cache and records it as the set-up does, with `changes`. */
function record(changes: Readonly<Record<string, unknown>> = {}): string {
  const path = join(cache, 'part');
  writeFileSync(path, 'nine byte');
  const part = { path, version: '4.7.0', from: 'wheel lightgbm 4.7.0', sha256: SHA, bytes: 9 };
  const libgomp = { path: null, version: null, from: 'system', sha256: null, bytes: null };
  const platform = `${process.platform}-${process.arch}`;
  const manifest = { schemaVersion: 1, platform, parts: { lightgbm: part, temporal: part, libgomp }, ...changes };
  writeFileSync(join(cache, 'native.json'), JSON.stringify(manifest));
  return path;
}

const locate = (env: NodeJS.ProcessEnv = {}) => locateNativeParts({ CANDLEWICK_CACHE: cache, ...env });

describe('locateNativeParts', () => {
  it('answers with what the set-up recorded', () => {
    const path = record();
    const { lightgbm, temporal, libgomp } = locate();
    expect(lightgbm).toEqual({ found: true, path, version: '4.7.0', from: 'wheel lightgbm 4.7.0', sha256: SHA });
    expect(temporal).toMatchObject({ found: true, path });
    expect(libgomp).toEqual({ found: true, path: null, from: 'system', sha256: null });
  });

  it('says what to do in an empty cache, for each part', () => {
    const { lightgbm, temporal, libgomp, tensorflow, tensorflowGpu } = locate();
    expect(lightgbm).toEqual({ found: false, remedy: 'LightGBM is not set up; run ./candlewick setup' });
    expect(temporal).toEqual({ found: false, remedy: 'the Temporal server is not set up; run ./candlewick setup' });
    expect(libgomp).toEqual({
      found: false,
      remedy: 'no OpenMP runtime for LightGBM is recorded; run ./candlewick setup',
    });
    expect(tensorflow).toEqual({ found: false, remedy: 'TensorFlow is not set up; run ./candlewick setup' });
    expect(tensorflowGpu).toEqual({
      found: false,
      remedy: 'TensorFlow for GPUs is not set up; run ./candlewick setup',
    });
  });

  it('notices a library that goes with a part and is not the recorded one, by its size', () => {
    const path = record();
    const companion = { path: join(cache, 'libtensorflow_cc.so.2'), sha256: SHA, bytes: 4 };
    const tensorflow = { path, version: '2.21.0', from: 'wheel', sha256: SHA, bytes: 9, companions: [companion] };
    record({ parts: { tensorflow } });
    writeFileSync(companion.path, 'four');
    expect(locate().tensorflow).toMatchObject({ found: true, path, companions: [companion] });
    writeFileSync(companion.path, 'fives');
    expect(locate().tensorflow).toEqual({
      found: false,
      remedy: `${companion.path} is missing or damaged; run ./candlewick setup to have it fetched again`,
    });
  });

  it('repeats why the set-up could not have a part', () => {
    const nothing = { path: null, version: null, from: 'not available', sha256: null, bytes: null };
    record({ parts: { tensorflow: { ...nothing, remedy: 'no C++ compiler was found; install g++' } } });
    expect(locate().tensorflow).toEqual({ found: false, remedy: 'no C++ compiler was found; install g++' });
  });

  it('finds Polars among the packages', () => {
    expect(locate().polars).toMatchObject({ found: true, version: '0.24.1', from: 'npm package' });
    expect(locate().tensorflowWasm).toMatchObject({ found: true, from: 'npm package' });
  });

  it('lets the environment go before the record, and does not vouch for its version', () => {
    const path = record();
    const { lightgbm, temporal } = locate({
      CANDLEWICK_LIGHTGBM_LIB: path,
      CANDLEWICK_TEMPORAL_CLI: join(cache, 'none'),
    });
    expect(lightgbm).toEqual({ found: true, path, version: 'unknown', from: 'CANDLEWICK_LIGHTGBM_LIB', sha256: null });
    expect(temporal).toEqual({
      found: false,
      remedy: `CANDLEWICK_TEMPORAL_CLI names ${join(cache, 'none')}, which does not exist; mend it or unset it, then run ./candlewick setup`,
    });
  });

  it('counts a variable set to nothing as not set', () => {
    const path = record();
    expect(locate({ CANDLEWICK_LIGHTGBM_LIB: '' }).lightgbm).toMatchObject({ found: true, path });
  });

  it('notices a truncated part', () => {
    const path = record();
    writeFileSync(path, 'nine');
    expect(locate().lightgbm).toEqual({
      found: false,
      remedy: `${path} is missing or damaged; run ./candlewick setup to have it fetched again`,
    });
  });

  it.each([
    ['of another schema', { schemaVersion: 2 }],
    ['of another platform', { platform: 'plan9-x64' }],
    ['without its parts', { parts: null }],
  ])('does not use a record %s', (_name, changes) => {
    record(changes);
    expect(locate().lightgbm.found).toBe(false);
  });

  it('survives a record that is cut off', () => {
    writeFileSync(join(cache, 'native.json'), '{"schemaVersion":1,"par');
    expect(locate().temporal.found).toBe(false);
  });
});

describe('nativeCacheFolder', () => {
  it('is what the environment names, else lies in the user’s cache folder', () => {
    expect(nativeCacheFolder({ CANDLEWICK_CACHE: '/c', HOME: '/h' })).toBe('/c');
    const expected = process.platform === 'darwin' ? '/h/Library/Caches/candlewick' : '/h/.cache/candlewick';
    expect(nativeCacheFolder({ HOME: '/h' })).toBe(expected);
  });
});

describe('sha256OfFile', () => {
  it('is the hash of the bytes', async () => {
    writeFileSync(join(cache, 'abc'), 'abc');
    // FIPS 180-2, appendix B.1.
    expect(await sha256OfFile(join(cache, 'abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
