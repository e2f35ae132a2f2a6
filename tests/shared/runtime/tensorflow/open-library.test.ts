import { execFileSync, type StdioOptions } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { locateNativeParts } from '../../../../shared/runtime/native-parts';
import type { TensorLibraryRequest } from '../../../../shared/runtime/tensorflow/choose-library';
import { describeTensorLibrary, sha256OfSmallFile } from '../../../../shared/runtime/tensorflow/describe-library';
import { openTensorLibrary } from '../../../../shared/runtime/tensorflow/open-library';

const parts = locateNativeParts(process.env);
const request = (changes: Partial<TensorLibraryRequest> = {}): TensorLibraryRequest => ({
  ...{ parts, wanted: 'cpu', threads: 1, deviceVisible: false },
  ...changes,
});

const dyingListeners = (): number =>
  process.listenerCount('uncaughtException') + process.listenerCount('unhandledRejection');
const listenersBefore = dyingListeners();

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'candlewick-tensor-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('openTensorLibrary', () => {
  it.each(['cpu', 'wasm'] as const)(
    '%s: computes, and is what describeTensorLibrary says without loading',
    async (wanted) => {
      const told = describeTensorLibrary(request({ wanted }), sha256OfSmallFile);
      const opened = await openTensorLibrary(request({ wanted }));
      if (!opened.ok) throw new Error(opened.fault.message);
      expect(opened.value.kind).toBe(wanted);
      expect(opened.value.description).toEqual(told);
      expect(opened.value.backend).toBe(tf.backend());
      const product = tf.tidy(() =>
        tf.matMul(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])).dataSync(),
      );
      expect([...product]).toEqual([19, 22, 43, 50]);
      expect(told).toMatchObject({
        library: wanted === 'cpu' ? 'tensorflow' : 'tfjs-wasm',
        librarySha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
        threads: 1,
        device: 'cpu',
      });
    },
  );

  it('gives the same backend again, and refuses other threads while it is loaded', async () => {
    const first = await openTensorLibrary(request());
    const second = await openTensorLibrary(request());
    expect(first.ok && second.ok && first.value.backend === second.value.backend).toBe(true);
    await expect(openTensorLibrary(request({ threads: 2 }))).rejects.toThrow(
      'TensorFlow is loaded with 1 threads and cannot change to 2: start another process for that.',
    );
  });

  it.each([0, 1.5, -1])('refuses %p threads', async (threads) => {
    await expect(openTensorLibrary(request({ threads }))).rejects.toThrow(RangeError);
  });

  it('leaves no listener of Emscripten behind, which would end the process in its own way', async () => {
    await openTensorLibrary(request({ wanted: 'wasm' }));
    expect(dyingListeners()).toBe(listenersBefore);
  });
});

describe('WASM in a process that never saw TensorFlow', () => {
  it('knows the gradients, and lends the kernels that they need', () => {
    const body = `
      openTensorLibrary({ parts, wanted: 'wasm', threads: 3, deviceVisible: false }).then((result) => {
        const tf = load('@tensorflow/tfjs-core');
        const gathered = (t) => tf.square(tf.gather(t, tf.tensor1d([1, 1], 'int32')));
        const slope = [...tf.grad(gathered)(tf.tensor1d([3, 5])).dataSync()];
        console.log(JSON.stringify({ slope, description: result.value.description }));
      });`;
    // d/dt of 2 t1^2 at t1 = 5. One thread, whatever was asked for.
    expect(elsewhere(body)).toMatchObject({
      slope: [0, 20],
      description: { library: 'tfjs-wasm', threads: 1, device: 'cpu' },
    });
  });
});

describe('what cannot be opened', () => {
  const named = (path: string) => locateNativeParts({ CANDLEWICK_TENSORFLOW_BINDING: path });

  it('nothing there: EngineUnavailable with the remedy, and a description that says missing', async () => {
    const none = request({ wanted: 'gpu' });
    expect(await openTensorLibrary(none)).toMatchObject({ ok: false, fault: { code: 'EngineUnavailable' } });
    expect(describeTensorLibrary(none, sha256OfSmallFile)).toEqual({
      ...{ library: 'tensorflow', version: 'missing', threads: 1, device: 'cpu' },
    });
  });

  it('a file that is no library: DeviceFailure in the loader’s words', () => {
    const binding = join(folder, 'tfjs_binding.node');
    writeFileSync(binding, 'no library, but as long as the header of one, at least as far as the loader looks');
    expect(openElsewhere(binding)).toMatchObject({
      fault: { code: 'DeviceFailure', message: expect.stringMatching(/does not load: .*invalid ELF|slice/) as unknown },
    });
  });

  it('a binding that was cut off since it was recorded: WASM, chosen before anything is loaded', () => {
    const path = join(folder, 'tfjs_binding.node');
    const part = { path, version: '2.21.0', from: 'wheel', sha256: 'a'.repeat(64), bytes: 9 };
    const platform = `${process.platform}-${process.arch}`;
    writeFileSync(
      join(folder, 'native.json'),
      JSON.stringify({ schemaVersion: 1, platform, parts: { tensorflow: part } }),
    );
    const library = () => {
      const recorded = locateNativeParts({ CANDLEWICK_CACHE: folder });
      return describeTensorLibrary(request({ parts: recorded, wanted: 'auto' }), sha256OfSmallFile).library;
    };
    writeFileSync(path, 'nine byte');
    expect(library()).toBe('tensorflow');
    truncateSync(path, 4);
    expect(library()).toBe('tfjs-wasm');
  });

  it('a binding without its libraries: DeviceFailure that names the missing one', () => {
    if (!parts.tensorflow.found) throw new Error(parts.tensorflow.remedy);
    const binding = join(folder, 'tfjs_binding.node');
    copyFileSync(parts.tensorflow.path, binding);
    expect(openElsewhere(binding)).toMatchObject({
      fault: { code: 'DeviceFailure', message: expect.stringContaining('libtensorflow_cc.so.2') as unknown },
    });
  });

  it('of a binding that the environment names, the libraries beside it count by name and size', () => {
    const binding = join(folder, 'lib', 'napi-v8', 'tfjs_binding.node');
    const library = join(folder, 'deps', 'lib', 'libtensorflow_cc.so.2');
    for (const [path, text] of [
      [binding, 'binding'],
      [library, 'library'],
    ] as const) {
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, text);
    }
    const hash = () => describeTensorLibrary(request({ parts: named(binding) }), sha256OfSmallFile).librarySha256;
    const before = hash();
    writeFileSync(library, 'another library');
    expect(hash()).not.toBe(before);
  });
});

/** Opens a binding that is not this machine's in a process of its own: this one has TensorFlow loaded already. */
function openElsewhere(binding: string): unknown {
  return elsewhere(`
    const part = { found: true, path: ${JSON.stringify(binding)}, version: '2.21.0', from: 'test', sha256: null };
    openTensorLibrary({ parts: { ...parts, tensorflow: part }, wanted: 'cpu', threads: 1, deviceVisible: false })
      .then((result) => console.log(JSON.stringify(result)));`);
}

/** What a script prints as JSON that has `openTensorLibrary` and this machine's `parts`, from the sources, in a new process. */
function elsewhere(body: string): unknown {
  const root = resolve(__dirname, '..', '..', '..', '..');
  const entry = join(folder, 'entry.ts');
  writeFileSync(
    entry,
    `
    const load = require('node:module').createRequire('${root}/package.json');
    const { openTensorLibrary } = load('${root}/shared/runtime/tensorflow/open-library.ts');
    const { locateNativeParts } = load('${root}/shared/runtime/native-parts.ts');
    const parts = locateNativeParts(process.env);
    ${body}`,
  );
  const runner = join(root, 'tests', 'support', 'run-typescript.mjs');
  const stdio: StdioOptions = ['ignore', 'pipe', 'ignore'];
  return JSON.parse(execFileSync(process.execPath, [runner, entry], { cwd: root, encoding: 'utf8', stdio }));
}
