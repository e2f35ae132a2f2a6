import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { withProgress } from './progress.mjs';
import { withWheel } from './python-wheel.mjs';
import { INSTEAD, NOT_SET_UP } from './tensorflow-words.mjs';

/** NVIDIA's libraries that TensorFlow loads by name when it first looks for a GPU: what the wheel names under `and-cuda`. */
const LIBRARIES = [
  ...['cublas', 'cuda_cupti', 'cuda_nvrtc', 'cuda_runtime', 'cudnn', 'cufft', 'curand', 'cusolver', 'cusparse'],
  ...['nccl', 'nvjitlink'],
];

/** Built for older systems than TensorFlow itself. */
const OLDER_PLATFORMS = ['--platform', 'manylinux_2_25_x86_64', '--platform', 'manylinux_2_17_x86_64'];

/**
 * Puts NVIDIA's libraries (about 3 GB to download, twice that on disk) into `nvidia/` of the folder. Answers with the folders,
 * relative to it, that a process needs on its library path.
 */
export async function fetchCuda(folder, cache, env) {
  await withProgress('Fetching the CUDA libraries (about 3 GB)', () =>
    withWheel({
      requirements: 'tensorflow-cuda.txt',
      pipArgs: OLDER_PLATFORMS,
      members: cudaFolders().map((path) => `${path}/`),
      cache,
      env,
      notSetUp: NOT_SET_UP,
      instead: INSTEAD,
      use: (unpacked) => {
        for (const path of cudaFolders()) {
          mkdirSync(join(folder, path, '..'), { recursive: true });
          renameSync(join(unpacked, path), join(folder, path));
        }
      },
    }),
  );
  return cudaFolders();
}

const cudaFolders = () => LIBRARIES.map((name) => join('nvidia', name, 'lib'));
