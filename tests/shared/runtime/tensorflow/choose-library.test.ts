import type { NativePart } from '../../../../shared/runtime/native-parts';
import { chooseTensorLibrary, type TensorLibraryRequest } from '../../../../shared/runtime/tensorflow/choose-library';
import { gpuIsVisible, tensorLibraryWanted } from '../../../../shared/runtime/tensorflow/device';
import { tensorChildEnvironment, tensorEnvironment } from '../../../../shared/runtime/tensorflow/environment';

const found = (name: string): NativePart => ({ found: true, path: `/${name}`, version: '2', from: name, sha256: null });
const missing = (name: string): NativePart => ({ found: false, remedy: `${name} is not set up; run setup` });
type Have = 'cpu' | 'gpu' | 'wasm';

function choose(wanted: TensorLibraryRequest['wanted'], have: readonly Have[], deviceVisible: boolean) {
  const part = (name: Have): NativePart => (have.includes(name) ? found(name) : missing(name));
  const parts = { tensorflow: part('cpu'), tensorflowGpu: part('gpu'), tensorflowWasm: part('wasm') };
  return chooseTensorLibrary({ parts, wanted, threads: 1, deviceVisible });
}

describe('chooseTensorLibrary', () => {
  const all: readonly Have[] = ['cpu', 'gpu', 'wasm'];

  it.each([
    ['auto', all, true, 'gpu', 'TensorFlow 2 on the GPU (gpu)'],
    ['auto', all, false, 'cpu', 'TensorFlow 2 on the processor (cpu)'],
    [
      'auto',
      ['cpu', 'wasm'],
      true,
      'cpu',
      'TensorFlow 2 on the processor (cpu); the GPU is not used: gpu is not set up; run setup',
    ],
    ['auto', ['wasm'], false, 'wasm', 'the WASM backend of tfjs 2 (slower, because cpu is not set up; run setup)'],
    ['cpu', all, true, 'cpu', 'TensorFlow 2 on the processor (cpu)'],
    ['cpu', ['gpu', 'wasm'], true, 'wasm', 'the WASM backend of tfjs 2 (slower, because cpu is not set up; run setup)'],
    ['gpu', all, true, 'gpu', 'TensorFlow 2 on the GPU (gpu)'],
    ['wasm', all, true, 'wasm', 'the WASM backend of tfjs 2 (as asked for)'],
  ] as const)('%s with %p, a GPU visible %p: %s', (wanted, have, visible, kind, reason) => {
    expect(choose(wanted, have, visible)).toMatchObject({
      ok: true,
      value: { kind, reason, part: { path: `/${kind}` } },
    });
  });

  it.each([
    ['gpu', all, false, 'A GPU was asked for, but no NVIDIA GPU is visible'],
    ['gpu', ['cpu', 'wasm'], true, 'A GPU was asked for, but gpu is not set up; run setup.'],
    ['auto', [], true, 'because cpu is not set up; run setup, and wasm is not set up; run setup.'],
    ['wasm', ['cpu'], false, 'wasm is not set up; run setup.'],
  ] as const)('%s with %p, a GPU visible %p: nothing', (wanted, have, visible, words) => {
    const choice = choose(wanted, have, visible);
    expect(choice).toMatchObject({ ok: false, fault: { code: 'EngineUnavailable' } });
    if (!choice.ok) expect(choice.fault.message).toContain(words);
  });
});

describe('gpuIsVisible', () => {
  const driver = (path: string): boolean => path === '/dev/nvidia0';
  it.each([
    [{}, driver, true],
    [{}, () => false, false],
    [{ CUDA_VISIBLE_DEVICES: '1' }, driver, true],
    [{ CUDA_VISIBLE_DEVICES: '' }, driver, false],
    [{ CUDA_VISIBLE_DEVICES: '-1' }, driver, false],
    [{ CUDA_VISIBLE_DEVICES: '0' }, () => false, false],
  ])('%p: %p %p', (env, exists, visible) => {
    expect(gpuIsVisible(env, exists)).toBe(visible);
  });
});

describe('the environment', () => {
  it('says what is wanted, or is refused in a sentence', () => {
    expect(['', 'cpu', 'gpu', 'wasm'].map((text) => tensorLibraryWanted({ CANDLEWICK_TENSORFLOW: text }))).toEqual([
      'auto',
      'cpu',
      'gpu',
      'wasm',
    ]);
    expect(() => tensorLibraryWanted({ CANDLEWICK_TENSORFLOW: 'tpu' })).toThrow(
      "CANDLEWICK_TENSORFLOW is 'tpu'; set it to cpu, gpu or wasm, or unset it.",
    );
  });

  it('of a trainer: threads, and for a GPU the CUDA libraries before what was on the path', () => {
    const choice = (kind: 'cpu' | 'gpu') =>
      ({ kind, reason: '', part: { ...found('x'), libraryPath: ['/a', '/b'] } as const }) as Parameters<
        typeof tensorChildEnvironment
      >[0];
    expect(tensorChildEnvironment(choice('cpu'), 3, { LD_LIBRARY_PATH: '/own' })).toEqual(tensorEnvironment(3));
    expect(tensorChildEnvironment(choice('gpu'), 3, { LD_LIBRARY_PATH: '/own' })).toMatchObject({
      LD_LIBRARY_PATH: '/a:/b:/own',
      TF_NUM_INTRAOP_THREADS: '3',
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    });
    expect(tensorChildEnvironment(choice('gpu'), 3, {}).LD_LIBRARY_PATH).toBe('/a:/b');
  });
});
