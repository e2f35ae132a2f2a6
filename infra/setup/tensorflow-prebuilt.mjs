import { cpSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { withProgress } from './progress.mjs';
import { runCommand } from './run-command.mjs';
import { bytesIn, stallWatch } from './stall-watch.mjs';

const COPIED = ['binding', 'binding.gyp', 'package.json', 'scripts'];

/**
 * Runs the install script of tfjs-node's package in a copy of it, `folder`, so that nothing is written into the checkout. It
 * downloads TensorFlow and a built binding from the open network. False where that is blocked: no new byte for ten seconds, or an
 * error at once.
 */
export async function downloadPrebuilt({ folder, packageFolder, root, variant, env }) {
  const modules = join(root, 'node_modules');
  for (const name of COPIED) cpSync(join(packageFolder, name), join(folder, name), { recursive: true });
  // The script requires packages beside its own, and starts node-pre-gyp by its name.
  symlinkSync(modules, join(folder, 'node_modules'));
  const scriptEnv = { ...env, PATH: [join(modules, '.bin'), env.PATH ?? ''].join(delimiter) };
  const { code } = await withProgress(
    `Downloading TensorFlow built for tfjs-node (${variant})`,
    (note) =>
      runCommand(process.execPath, [join('scripts', 'install.js'), variant, 'download'], {
        cwd: folder,
        env: scriptEnv,
        stopWhen: stallWatch(() => bytesIn(folder), { note }),
      }),
    { succeeded: (result) => result.code === 0 },
  );
  rmSync(join(folder, 'node_modules'), { force: true });
  return code === 0;
}
