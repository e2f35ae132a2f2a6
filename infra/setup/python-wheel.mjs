import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PLATFORM } from './paths.mjs';
import { WHEEL_PLATFORMS } from './pins.mjs';
import { findProgram, runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

/** The path of a Python that has pip, or null. Only Python 3 is looked at. */
async function findPython(env) {
  for (const name of ['python3', 'python']) {
    const path = findProgram(name, env);
    if (path === null) continue;
    const result = await runCommand(path, ['-m', 'pip', '--version'], { env, timeoutMs: 20_000 });
    if (result.code === 0 && result.output.includes('(python 3')) return path;
  }
  return null;
}

/**
 * Fetches the pinned wheels of one file and answers with what `use(unpackedFolder)` answers; the folder is removed afterwards.
 *
 * `requirements` is a file beside this one with the version and the hashes; `notSetUp` opens the sentence of a failure and
 * `instead` says how to do without the download. Only members below one of the prefixes `members` are unpacked; without them all.
 */
export async function withWheel({ requirements, pipArgs = [], members = [''], cache, env, notSetUp, instead, use }) {
  const again = `${instead}, then run ./candlewick setup again`;
  const platforms = WHEEL_PLATFORMS[PLATFORM];
  if (platforms === undefined) throw new SetupError(`${notSetUp}: there is no wheel for ${PLATFORM}; ${again}.`);
  const python = await findPython(env);
  if (python === null) {
    throw new SetupError(`${notSetUp}: no python3 with pip was found; install it, or ${again}.`);
  }
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, '.wheel-'));
  try {
    const file = join(dirname(fileURLToPath(import.meta.url)), requirements);
    const download = await runCommand(python, [...downloadArgs(file, platforms, folder), ...pipArgs], { env });
    const wheels = readdirSync(folder).filter((name) => name.endsWith('.whl'));
    if (download.code !== 0 || wheels.length === 0) {
      throw new SetupError(`${notSetUp}: ${reasonOf(download.output)}; ${again}.`, download.output);
    }
    const unpacked = join(folder, 'unpacked');
    const files = wheels.map((name) => join(folder, name));
    const unzip = await runCommand(python, ['-c', UNPACK, unpacked, files.join(delimiter), ...members], { env });
    if (unzip.code !== 0)
      throw new SetupError(
        `${notSetUp}: its wheel could not be unpacked; free some disk space, or ${again}.`,
        unzip.output,
      );
    return await use(unpacked);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const UNPACK = `
import os, sys, zipfile
target, wheels, prefixes = sys.argv[1], sys.argv[2], tuple(sys.argv[3:])
for wheel in wheels.split(os.pathsep):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target, [name for name in archive.namelist() if name.startswith(prefixes)])`;

/** The likely reason of a failed `pip download`, out of pip's last lines. */
export function reasonOf(output) {
  if (/DO NOT MATCH THE HASHES/i.test(output))
    return 'the wheel that was downloaded is not the pinned one (its hash differs)';
  if (/No space left/i.test(output)) return 'the disk is full';
  if (/connection|timed out|resolve|retry|retries|proxy/i.test(output))
    return 'the Python package index cannot be reached';
  if (/No matching distribution/i.test(output))
    return 'the Python package index does not offer the pinned wheel or cannot be reached';
  return 'pip could not download its wheel';
}

// Short time-outs and one retry: a blocked index is given up after about ten seconds.
const downloadArgs = (file, platforms, folder) => [
  ...['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--require-hashes', '-r', file],
  ...[
    '--timeout',
    '5',
    '--retries',
    '1',
    '--disable-pip-version-check',
    '--no-input',
    '--progress-bar',
    'off',
    '-d',
    folder,
  ],
  ...platforms.flatMap((platform) => ['--platform', platform]),
];
