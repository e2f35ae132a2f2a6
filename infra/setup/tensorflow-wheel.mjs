import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findNodeHeaders } from './node-headers.mjs';
import { TENSORFLOW_VERSION } from './pins.mjs';
import { withProgress } from './progress.mjs';
import { withWheel } from './python-wheel.mjs';
import { SetupError } from './setup-error.mjs';
import { compileBinding, findCompiler, linkLibraries } from './tensorflow-binding.mjs';
import { INSTEAD, NOT_SET_UP } from './tensorflow-words.mjs';

// Any of the wheels carries the same libraries; one Python version is named so that one hash a platform is enough.
const PYTHON_TAG = ['--implementation', 'cp', '--python-version', '3.11', '--abi', 'cp311'];

/** The members of the wheel that are of use: its two libraries, and the headers that the binding includes. */
const MEMBERS = [
  ...['tensorflow/libtensorflow_cc', 'tensorflow/libtensorflow_framework'],
  ...['tensorflow/c/', 'tensorflow/core/platform/', 'tsl/platform/', 'xla/tsl/c/'].map(
    (path) => `tensorflow/include/${path}`,
  ),
];

/**
 * Makes the package's native parts out of TensorFlow's own Python wheel: its libraries into `deps/lib` of `folder`, and the
 * binding compiled against its headers with those of the running Node.js. Answers with where they come from.
 */
export async function buildFromWheel({ folder, packageFolder, variant, cache, env }) {
  const compiler = findCompiler(env);
  if (compiler === null) {
    throw new SetupError(
      `${NOT_SET_UP}: no C++ compiler was found to build its binding; install g++, or ${INSTEAD}, then run ./candlewick setup again.`,
    );
  }
  const headers = await findNodeHeaders(cache, env);
  if (headers === null) {
    throw new SetupError(
      `${NOT_SET_UP}: the headers of Node.js ${process.versions.node} are neither beside its binary nor can they be downloaded; install them (libnode-dev, or Node.js from its own archive), or ${INSTEAD}, then run ./candlewick setup again.`,
    );
  }
  await withProgress(`Fetching TensorFlow ${TENSORFLOW_VERSION} (${variant})`, () =>
    unpackWheel(folder, variant, cache, env),
  );
  linkLibraries(folder);
  await withProgress('Compiling the TensorFlow binding', () =>
    compileBinding({ folder, packageFolder, compiler, headers, env }),
  );
  rmSync(join(folder, 'deps', 'include'), { recursive: true });
  rmSync(join(folder, 'binding'), { recursive: true });
  return `wheel ${variant === 'gpu' ? 'tensorflow' : wheelName()} ${TENSORFLOW_VERSION}`;
}

/** The project on the package index whose wheel has no GPU code; elsewhere than on x64 Linux the plain one has none. */
const wheelName = (platform = process.platform, arch = process.arch) =>
  platform === 'linux' && arch === 'x64' ? 'tensorflow-cpu' : 'tensorflow';

function unpackWheel(folder, variant, cache, env) {
  return withWheel({
    requirements: `tensorflow-${variant}.txt`,
    pipArgs: PYTHON_TAG,
    members: MEMBERS,
    cache,
    env,
    notSetUp: NOT_SET_UP,
    instead: INSTEAD,
    use: (unpacked) => {
      const libraries = join(folder, 'deps', 'lib');
      mkdirSync(libraries, { recursive: true });
      const from = join(unpacked, 'tensorflow');
      for (const name of readdirSync(from).filter((entry) => entry.startsWith('libtensorflow'))) {
        renameSync(join(from, name), join(libraries, name));
      }
      renameSync(join(from, 'include'), join(folder, 'deps', 'include'));
    },
  });
}
