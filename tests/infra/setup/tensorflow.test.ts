import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate, refusalOf } from './evaluate';
import { temporaryFolder, writeFiles } from './temporary-folder';

const folder = temporaryFolder();
const cache = (): string => join(folder(), 'cache');

/** An install script of tfjs-node, in a checkout that holds nothing else. */
function installScript(text: string): void {
  const packageFolder = join(folder(), 'checkout', 'node_modules', '@tensorflow', 'tfjs-node');
  writeFiles(packageFolder, {
    'package.json': '{}',
    'binding.gyp': '{}',
    'binding/tfjs_binding.cc': '',
    'scripts/install.js': text,
  });
}

function program(name: string, script: string): void {
  writeFiles(folder(), { [`bin/${name}`]: `#!/bin/sh\n${script}\n` });
  chmodSync(join(folder(), 'bin', name), 0o755);
}

const recordedPart = (): unknown =>
  evaluate(['native-manifest'], `return m.readManifest(input + '/cache').parts.tensorflow;`, folder());

const SET_UP = `
  const env = { PATH: input + '/bin', CANDLEWICK_TENSORFLOW: globalThis.wanted };
  await m.setUpTensorflow(input + '/cache', input + '/checkout', env);
  return [m.tensorflowReady(input + '/cache', env), m.tensorflowReady(input + '/cache', { CANDLEWICK_TENSORFLOW: 'cpu' })];`;

describe('which builds of TensorFlow are wanted', () => {
  it.each([
    [{}, false, ['cpu'], false],
    [{}, true, ['cpu', 'gpu'], false],
    [{ CANDLEWICK_TENSORFLOW: '' }, true, ['cpu', 'gpu'], false],
    [{ CANDLEWICK_TENSORFLOW: 'cpu' }, true, ['cpu'], true],
    [{ CANDLEWICK_TENSORFLOW: 'gpu' }, false, ['cpu', 'gpu'], true],
    [{ CANDLEWICK_TENSORFLOW: 'wasm' }, true, [], true],
  ])('%p, a GPU seen %p: %p', (env, gpuSeen, variants, forced) => {
    const body = 'return m.tensorflowWanted(input.env, input.gpuSeen);';
    expect(evaluate(['tensorflow-wanted'], body, { env, gpuSeen })).toEqual({ variants, forced });
  });

  it('refuses what does not exist', () => {
    const body = `m.tensorflowWanted({ CANDLEWICK_TENSORFLOW: 'tpu' }, false);`;
    expect(refusalOf(['tensorflow-wanted'], body)).toBe(
      "CANDLEWICK_TENSORFLOW is 'tpu'; set it to cpu, gpu, wasm, or unset it to have the best one chosen.",
    );
  });

  it.each([
    ['GPU 0: NVIDIA H200', true],
    ['NVIDIA-SMI has failed', existsSync('/dev/nvidia0')],
  ])('asks the driver’s tool where there is no device file: %s', (words, seen) => {
    program('nvidia-smi', `echo '${words}'`);
    expect(evaluate(['tensorflow-wanted'], `return m.gpuSeen({ PATH: input + '/bin' });`, folder())).toBe(seen);
  });
});

describe('where TensorFlow cannot be had', () => {
  beforeEach(() => installScript('process.exit(1);'));

  it('the set-up does not fail, and records why, so that only a full set-up tries again', () => {
    expect(evaluate(['tensorflow'], SET_UP, folder())).toEqual([true, false]);
    expect(recordedPart()).toEqual({
      ...{ path: null, version: null, sha256: null, bytes: null, from: 'not available' },
      remedy:
        'TensorFlow is not set up: no C++ compiler was found to build its binding; install g++, or point CANDLEWICK_TENSORFLOW_BINDING at a tfjs_binding.node, then run ./candlewick setup again',
    });
    expect(readdirSync(cache())).toEqual(['native.json']);
  });

  it('it fails where TensorFlow was asked for by name', () => {
    const body = `globalThis.wanted = 'cpu';${SET_UP}`;
    expect(refusalOf(['tensorflow'], body, folder())).toContain('no C++ compiler was found');
  });

  it('no Python', () => {
    program('c++', 'exit 0');
    evaluate(['tensorflow'], SET_UP, folder());
    expect(recordedPart()).toMatchObject({
      remedy: expect.stringContaining('no python3 with pip was found') as unknown,
    });
  });

  it('a variable that names no file', () => {
    const body = `await m.setUpTensorflow(input, input, { CANDLEWICK_TENSORFLOW_BINDING: input + '/none.node' });`;
    expect(refusalOf(['tensorflow'], body, folder())).toMatch(
      /^CANDLEWICK_TENSORFLOW_BINDING names .*none\.node, which does not exist; point it at a tfjs_binding\.node/,
    );
  });

  it('nothing is done where WASM was asked for', () => {
    const body = `globalThis.wanted = 'wasm';${SET_UP}`;
    expect(evaluate(['tensorflow'], body, folder())).toEqual([true, false]);
    expect(existsSync(cache())).toBe(false);
  });
});

describe('the install script of the package', () => {
  const run = `
    const folder = input + '/copy';
    const packageFolder = input + '/checkout/node_modules/@tensorflow/tfjs-node';
    return m.downloadPrebuilt({ folder, packageFolder, root: input + '/checkout', variant: 'cpu', env: {} });`;

  it('runs in a copy, with the checkout’s packages, and writes nothing into the checkout', () => {
    installScript(`
      const fs = require('node:fs');
      fs.mkdirSync('lib');
      fs.writeFileSync('lib/said', [require('helper'), ...process.argv.slice(2)].join());`);
    writeFiles(join(folder(), 'checkout', 'node_modules', 'helper'), { 'index.js': `module.exports = 'helped';` });
    mkdirSync(join(folder(), 'copy'));
    expect(evaluate(['tensorflow-prebuilt'], run, folder())).toBe(true);
    expect(readFileSync(join(folder(), 'copy', 'lib', 'said'), 'utf8')).toBe('helped,cpu,download');
    expect(readdirSync(join(folder(), 'copy')).sort()).toEqual([
      ...['binding', 'binding.gyp', 'lib', 'package.json', 'scripts'],
    ]);
    expect(existsSync(join(folder(), 'checkout', 'node_modules', '@tensorflow', 'tfjs-node', 'lib'))).toBe(false);
  });

  it('that fails is no way', () => {
    installScript('throw new Error("getaddrinfo ENOTFOUND");');
    mkdirSync(join(folder(), 'copy'));
    expect(evaluate(['tensorflow-prebuilt'], run, folder())).toBe(false);
  });
});

describe('a recorded TensorFlow', () => {
  const ready = (): unknown => evaluate(['tensorflow'], `return m.tensorflowReady(input, {});`, cache());

  /** Records a binding with one library, each of a few bytes. */
  function record(changes: Readonly<Record<string, unknown>> = {}): { readonly library: string } {
    const binding = join(cache(), 'tfjs_binding.node');
    const library = join(cache(), 'libtensorflow_cc.so.2');
    writeFiles(cache(), { 'tfjs_binding.node': 'binding', 'libtensorflow_cc.so.2': 'library' });
    const body = `
      const part = await m.partOf(input.binding, '2.21.0', 'wheel tensorflow-cpu 2.21.0', [input.library]);
      m.recordPart(input.cache, 'tensorflow', { ...part, ...input.changes });`;
    evaluate(['native-manifest'], body, { cache: cache(), binding, library, changes });
    return { library };
  }

  it('is ready with its libraries in place', () => {
    record();
    expect(ready()).toBe(true);
  });

  it('is not where a library has another size', () => {
    writeFileSync(record().library, 'another library');
    expect(ready()).toBe(false);
  });

  it('is not of another version, unless the package’s own script brought it', () => {
    record({ version: '2.9.1' });
    expect(ready()).toBe(false);
    record({ version: '2.9.1', from: 'package @tensorflow/tfjs-node 4.22.0' });
    expect(ready()).toBe(true);
  });

  it('is looked at byte by byte in a full set-up', () => {
    const { library } = record();
    const intact = `return m.isIntact(m.readManifest(input).parts.tensorflow);`;
    expect(evaluate(['native-manifest'], intact, cache())).toBe(true);
    writeFileSync(library, 'LIBRARY');
    expect(evaluate(['native-manifest'], intact, cache())).toBe(false);
  });
});

describe('the build from a wheel', () => {
  it('unpacks only what is of use', () => {
    const wheel = join(folder(), 'some-1-py3-none-any.whl');
    const zip = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as archive:
    for name in ['used/a', 'used/b/c', 'unused/d']:
        archive.writestr(name, name)`;
    execFileSync('python3', ['-c', zip, wheel]);
    const real = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
    program(
      'python3',
      `PATH=/usr/bin:/bin
       [ "$2 $3" = 'pip --version' ] && echo 'pip 23 (python 3.11)' && exit 0
       if [ "$2 $3" = 'pip download' ]; then for last in "$@"; do [ "$before" = -d ] && cp '${wheel}' "$last"; before=$last; done; exit 0; fi
       exec '${real}' "$@"`,
    );
    const body = `
      const { readdirSync } = await import('node:fs');
      const use = (unpacked) => readdirSync(unpacked, { recursive: true }).sort();
      const words = { notSetUp: 'Not set up', instead: 'do without' };
      const options = { requirements: 'lightgbm.txt', cache: input, env: { PATH: input + '/bin' }, use, ...words };
      return [await m.withWheel(options), await m.withWheel({ ...options, members: ['used/a', 'used/b/'] })];`;
    expect(evaluate(['python-wheel'], body, folder())).toEqual([
      ['unused', 'unused/d', 'used', 'used/a', 'used/b', 'used/b/c'],
      ['used', 'used/a', 'used/b', 'used/b/c'],
    ]);
  });

  it('finds the headers beside the binary of Node.js, and gives up without npm', () => {
    writeFiles(folder(), { 'node/bin/node': '', 'node/include/node/node_api.h': '', 'bare/bin/node': '' });
    const body = `
      const find = (name) => m.findNodeHeaders(input + '/cache', { PATH: '' }, input + '/' + name + '/bin/node');
      return [await find('node'), await find('bare')];`;
    const [beside, none] = evaluate(['node-headers'], body, folder()) as readonly unknown[];
    expect(beside).toMatch(/\/node\/include\/node$/);
    expect(none).toBeNull();
  });

  it.each([
    ['linux', ['-shared', '-Wl,-rpath,$ORIGIN/../../deps/lib']],
    ['darwin', ['-bundle', '-Wl,-rpath,@loader_path/../../deps/lib']],
  ])('calls the compiler on %s so that the binding finds its libraries from where it lies', (platform, expected) => {
    writeFiles(folder(), { 'binding/b.cc': '', 'binding/a.cc': '', 'binding/a.h': '' });
    const body = `return m.compilerArguments(input.folder, '/headers', input.platform);`;
    const given = evaluate(['tensorflow-binding'], body, { folder: folder(), platform }) as readonly string[];
    expect(given).toEqual(expect.arrayContaining([...expected, '-I/headers', 'lib/napi-v8/tfjs_binding.node']));
    expect(given.filter((argument) => argument.startsWith('binding/'))).toEqual(['binding/a.cc', 'binding/b.cc']);
  });

  it('pins every wheel by its hash', () => {
    for (const name of ['tensorflow-cpu.txt', 'tensorflow-gpu.txt', 'tensorflow-cuda.txt']) {
      const text = readFileSync(join(__dirname, '..', '..', '..', 'infra', 'setup', name), 'utf8');
      for (const requirement of text.trim().split(/\n(?! )/)) {
        expect(requirement).toMatch(/^[a-z0-9-]+==\S+( ; [^\\]+)? \\\n +--hash=sha256:[0-9a-f]{64}/);
      }
    }
  });
});
