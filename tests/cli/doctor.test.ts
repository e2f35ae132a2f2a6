import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { runDoctor } from '../../cli/commands/doctor';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import { checkDisk, checkNode, checkProtobuf } from '../../cli/doctor-checks';

const ROOT = resolve(__dirname, '..', '..');
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'candlewick-doctor-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function doctor(env: NodeJS.ProcessEnv = {}): Promise<{ code: number; lines: readonly string[] }> {
  const lines: string[] = [];
  const code = await runDoctor({ CANDLEWICK_CACHE: folder, CANDLEWICK_ROOT: ROOT, ...env }, (line) => lines.push(line));
  return { code, lines };
}

/** A Temporal CLI that is no more than its version. */
function fakeTemporal(version: string): string {
  const path = join(folder, 'temporal');
  writeFileSync(path, `#!/bin/sh\necho '${version}'\n`);
  chmodSync(path, 0o755);
  return path;
}

function found<T extends { readonly found: boolean }>(part: T): Extract<T, { found: true }> {
  if (!part.found) throw new Error('TensorFlow is not set up: run ./candlewick setup');
  return part as Extract<T, { found: true }>;
}

const row = (lines: readonly string[], part: string): string => lines.find((line) => line.startsWith(part)) ?? '';

describe('doctor', () => {
  it('with an empty cache: a row with the remedy for each missing part, a closing sentence, exit code 1', async () => {
    const { code, lines } = await doctor();
    expect(code).toBe(1);
    expect(row(lines, 'Temporal server')).toMatch(
      /missing .* the Temporal server is not set up; run \.\/candlewick setup$/,
    );
    expect(row(lines, 'LightGBM')).toMatch(/missing .* LightGBM is not set up; run \.\/candlewick setup$/);
    expect(row(lines, 'libgomp')).toMatch(/missing/);
    expect(row(lines, 'Polars')).toMatch(/ok +0\.24\.1 +npm package nodejs-polars$/);
    expect(row(lines, 'protobufjs')).toMatch(/ok +8\./);
    expect(row(lines, 'TensorFlow')).toMatch(
      /absent .* nets run on the WASM backend of tfjs 4\.\d+\.\d+ \(slower, because TensorFlow is not set up; run \.\/candlewick setup\)$/,
    );
    expect(lines.at(-1)).toBe(
      'The main job cannot run: do what is said above for Temporal server, LightGBM, libgomp, then run ./candlewick doctor again.',
    );
  });

  it('runs the Temporal CLI that the environment names and shows the version it tells', async () => {
    const path = fakeTemporal('temporal version 9.9.9 (Server 1, UI 2)');
    const { lines } = await doctor({ CANDLEWICK_TEMPORAL_CLI: path });
    expect(row(lines, 'Temporal server')).toContain(`ok       9.9.9 (Server 1, UI 2)`);
    expect(row(lines, 'Temporal server')).toContain(`CANDLEWICK_TEMPORAL_CLI: ${path}`);
  });

  it('refuses a program that is no Temporal CLI', async () => {
    const { lines } = await doctor({ CANDLEWICK_TEMPORAL_CLI: fakeTemporal('hello') });
    expect(row(lines, 'Temporal server')).toMatch(
      /missing .*does not run as a Temporal CLI; mend CANDLEWICK_TEMPORAL_CLI/,
    );
  });

  it('needs no server on this machine when one elsewhere is named', async () => {
    const { lines } = await doctor({ TEMPORAL_ADDRESS: 'temporal.example:7233' });
    expect(row(lines, 'Temporal server')).toMatch(
      /absent .*not needed: TEMPORAL_ADDRESS names temporal\.example:7233$/,
    );
  });

  it('tells bytes that changed since the set-up, where their size did not', async () => {
    const path = fakeTemporal('temporal version 1.5.1');
    const sha256 = createHash('sha256').update('other bytes').digest('hex');
    const bytes = `#!/bin/sh\necho 'temporal version 1.5.1'\n`.length;
    const parts = { temporal: { path, version: '1.5.1', from: 'build', sha256, bytes } };
    const manifest = { schemaVersion: 1, platform: `${process.platform}-${process.arch}`, parts };
    writeFileSync(join(folder, 'native.json'), JSON.stringify(manifest));
    expect(row((await doctor()).lines, 'Temporal server')).toMatch(
      /missing .*has changed since it was set up; run \.\/candlewick setup/,
    );
  });

  it('names the TensorFlow that nets run on', async () => {
    const { path } = found(locateNativeParts({}).tensorflow);
    const { lines } = await doctor({ CANDLEWICK_TENSORFLOW_BINDING: path, CANDLEWICK_TENSORFLOW: 'cpu' });
    expect(row(lines, 'TensorFlow')).toMatch(/ok .*on the processor \(CANDLEWICK_TENSORFLOW_BINDING\): .*\.node$/);
  });

  it('tells a TensorFlow that does not load from one that is not there', async () => {
    const binding = join(folder, 'tfjs_binding.node');
    writeFileSync(binding, 'no library');
    const { lines } = await doctor({ CANDLEWICK_TENSORFLOW_BINDING: binding });
    expect(row(lines, 'TensorFlow')).toMatch(/missing .*does not load \(.+\); run \.\/candlewick setup$/);
  });

  it.each([
    ['gpu', /missing .*A GPU was asked for, but no NVIDIA GPU is visible/],
    ['tpu', /missing .*CANDLEWICK_TENSORFLOW is 'tpu'; set it to cpu, gpu or wasm/],
    ['wasm', /absent .*nets run on the WASM backend of tfjs .* \(as asked for\)$/],
  ])('asked for %s', async (wanted, words) => {
    const { lines } = await doctor({ CANDLEWICK_TENSORFLOW: wanted, CUDA_VISIBLE_DEVICES: '-1' });
    expect(row(lines, 'TensorFlow')).toMatch(words);
  });

  it('survives a library that does not load, and hands on the reason', async () => {
    const library = join(folder, 'lib_lightgbm.so');
    writeFileSync(library, 'no library');
    const { code, lines } = await doctor({ CANDLEWICK_LIGHTGBM_LIB: library });
    expect(code).toBe(1);
    expect(row(lines, 'LightGBM')).toMatch(/missing .*does not load \(.+\); point CANDLEWICK_LIGHTGBM_LIB/);
  });
});

describe('single checks', () => {
  it.each([
    ['20.18.3', 'missing'],
    ['20.19.0', 'ok'],
    ['18.20.0', 'missing'],
    ['22.0.0', 'ok'],
  ])('Node.js %s is %s', (version, state) => {
    expect(checkNode(version, '/bin/node').state).toBe(state);
  });

  it.each([
    ['one copy of 8', { '': '8.8.1' }, 'ok'],
    ['one copy of 7', { '': '7.5.5' }, 'missing'],
    ['a second copy below one package', { '': '8.8.1', '@temporalio/proto': '8.7.0' }, 'missing'],
    ['none', {}, 'missing'],
  ])('protobufjs: %s', (_name, copies, state) => {
    const modules = join(folder, 'node_modules');
    const write = (path: string, version: string): void => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, JSON.stringify({ version }));
    };
    for (const user of ['common', 'proto', 'client', 'worker'])
      write(join(modules, '@temporalio', user, 'package.json'), '1.24.0');
    for (const [user, version] of Object.entries(copies)) {
      write(join(modules, user, user === '' ? '' : 'node_modules', 'protobufjs', 'package.json'), version);
    }
    expect(checkProtobuf(folder).state).toBe(state);
  });

  it('looks at the disk of a state folder that does not exist yet', async () => {
    expect(await checkDisk(join(folder, 'not', 'yet'))).toMatchObject({ part: 'Disk', note: folder });
  });
});
