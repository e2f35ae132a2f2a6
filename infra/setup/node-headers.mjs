import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BLOCKED_AFTER_MS } from './pins.mjs';
import { findProgram, runCommand } from './run-command.mjs';

/**
 * The folder with the headers of the running Node.js, or null: those beside its binary, else those that npm's own node-gyp
 * downloads, given up after ten seconds.
 */
export async function findNodeHeaders(cache, env, execPath = process.execPath) {
  const beside = [join(dirname(dirname(realpathSync(execPath))), 'include', 'node')];
  return beside.find(hasNodeApi) ?? (await downloadHeaders(cache, env));
}

async function downloadHeaders(cache, env) {
  const npm = findProgram('npm', env);
  if (npm === null) return null;
  // npm's program lies in `<npm>/bin`, with node-gyp among its packages.
  const nodeGyp = join(dirname(dirname(realpathSync(npm))), 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  if (!existsSync(nodeGyp)) return null;
  const folder = join(cache, 'node-headers');
  mkdirSync(folder, { recursive: true });
  const args = [nodeGyp, 'install', '--ensure', '--devdir', folder];
  await runCommand(process.execPath, args, { cwd: folder, env, timeoutMs: BLOCKED_AFTER_MS });
  return foundBelow(folder);
}

function foundBelow(folder) {
  const wanted = process.versions.node;
  const versions = readdirSync(folder).filter((name) => name === wanted);
  return versions.map((name) => join(folder, name, 'include', 'node')).find(hasNodeApi) ?? null;
}

const hasNodeApi = (folder) => existsSync(join(folder, 'node_api.h'));
