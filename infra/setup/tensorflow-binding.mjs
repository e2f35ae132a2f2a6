import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { NOT_SET_UP } from './tensorflow-words.mjs';
import { findProgram, runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

/** The Node-API version that tfjs-node is written for; a binding built for it serves every later Node.js. */
const NAPI_VERSION = 8;

/** The binding's path below a folder shaped as the package. */
export const bindingBelow = (folder) => join(folder, 'lib', `napi-v${NAPI_VERSION}`, 'tfjs_binding.node');

/** TensorFlow's own libraries below such a folder: regular files, no links. */
export function librariesBelow(folder) {
  const libraries = join(folder, 'deps', 'lib');
  return readdirSync(libraries, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.startsWith('libtensorflow'))
    .map((entry) => join(libraries, entry.name))
    .sort();
}

/** The C++ compiler that `CXX` names, or the first on the PATH; null without one. */
export function findCompiler(env) {
  return ['c++', 'g++', 'clang++'].reduce(
    (found, name) => found ?? findProgram(name, env),
    env.CXX ? findProgram(env.CXX, env) : null,
  );
}

/** Names the libraries of a wheel as the linker looks for them. */
export function linkLibraries(folder, platform = process.platform) {
  const libraries = join(folder, 'deps', 'lib');
  const [ending, versioned] = platform === 'darwin' ? ['.dylib', '.2.dylib'] : ['.so', '.so.2'];
  symlinkSync(`libtensorflow_cc${versioned}`, join(libraries, `libtensorflow${ending}`));
  symlinkSync(`libtensorflow_framework${versioned}`, join(libraries, `libtensorflow_framework${ending}`));
}

/** Compiles the package's binding against `deps/include` and `deps/lib` of the folder. One call, about ten seconds. */
export async function compileBinding({ folder, packageFolder, compiler, headers, env }) {
  cpSync(join(packageFolder, 'binding'), join(folder, 'binding'), { recursive: true });
  const target = bindingBelow(folder);
  mkdirSync(join(target, '..'), { recursive: true });
  const result = await runCommand(compiler, compilerArguments(folder, headers), { cwd: folder, env });
  if (result.code === 0) return target;
  throw new SetupError(
    `${NOT_SET_UP}: its binding does not compile with ${compiler} (its words stand above); install a compiler that knows C++17, then run ./candlewick setup again.`,
    result.output,
  );
}

/** What the compiler is called with, in the folder. The binding finds its libraries from where it lies itself. */
export function compilerArguments(folder, headers, platform = process.platform) {
  const mac = platform === 'darwin';
  const sources = readdirSync(join(folder, 'binding')).filter((name) => name.endsWith('.cc'));
  return [
    ...(mac ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-fPIC']),
    ...['-O2', '-std=c++17', `-DNAPI_VERSION=${NAPI_VERSION}`, '-DBUILDING_NODE_EXTENSION'],
    ...[`-I${headers}`, '-Ideps/include', '-I.'],
    ...sources.sort().map((name) => join('binding', name)),
    ...['-Ldeps/lib', '-ltensorflow', '-ltensorflow_framework'],
    `-Wl,-rpath,${mac ? '@loader_path' : '$ORIGIN'}/../../deps/lib`,
    ...['-o', bindingBelow('.')],
  ];
}
