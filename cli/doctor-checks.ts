import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { sha256OfFile, type NativePart, type OpenMpPart } from '../shared/runtime/native-parts';

/** One line of the doctor's table. `absent` is a part that nothing of the main job needs. */
export interface Check {
  readonly part: string;
  readonly state: 'ok' | 'missing' | 'absent';
  readonly version: string;
  /** Where the part was found, or what to do to have it. */
  readonly note: string;
}

const MINIMUM_NODE = { major: 20, minor: 19 };
const PROBE_TIMEOUT_MS = 60_000;
const MINIMUM_FREE_BYTES = 1e9;
const SET_UP_AGAIN = 'run ./candlewick setup to have it set up again';

/** Whether this Node.js, given as `20.19.0`, is new enough. */
export function checkNode(version: string, path: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > MINIMUM_NODE.major || (major === MINIMUM_NODE.major && minor >= MINIMUM_NODE.minor);
  if (enough) return ok('Node.js', version, path);
  return missing(
    'Node.js',
    `${version} is too old: install ${MINIMUM_NODE.major}.${MINIMUM_NODE.minor} or newer`,
    version,
  );
}

/** Runs the Temporal CLI and compares its bytes with the set-up's record. */
export async function checkTemporal(part: NativePart): Promise<Check> {
  const name = 'Temporal server';
  if (!part.found) return missing(name, part.remedy);
  const damage = await damageOf(part.path, part.sha256);
  if (damage !== null) return missing(name, damage, part.version);
  const answer = await run(part.path, ['--version'], dirname(part.path));
  const [, version] = /^temporal version (.+)$/m.exec(answer.output) ?? [];
  if (!answer.ok || version === undefined) {
    return missing(
      name,
      `${part.path} does not run as a Temporal CLI; mend CANDLEWICK_TEMPORAL_CLI, or ${SET_UP_AGAIN}`,
    );
  }
  return ok(name, part.version === 'unknown' ? version : part.version, `${part.from}: ${part.path}`);
}

/** Loads LightGBM and calls it, in a process of its own: a library that does not fit may end the process that loads it. */
export async function checkLightgbm(part: NativePart, openMp: OpenMpPart, root: string): Promise<Check> {
  const name = 'LightGBM';
  if (!part.found) return missing(name, part.remedy);
  const damage = await damageOf(part.path, part.sha256);
  if (damage !== null) return missing(name, damage, part.version);
  const openMpPath = openMp.found && openMp.path !== null ? [openMp.path] : [];
  const answer = await runScript(LIGHTGBM_PROBE, [part.path, ...openMpPath], root);
  if (answer.ok) return ok(name, part.version, `${part.from}: ${part.path}`);
  const instead = `point CANDLEWICK_LIGHTGBM_LIB at a lib_lightgbm made for this machine, or ${SET_UP_AGAIN}`;
  return missing(name, `${part.path} does not load (${answer.reason}); ${instead}`, part.version);
}

/** LightGBM's OpenMP runtime: the system's, or the file that the set-up put into the cache. */
export async function checkOpenMp(part: OpenMpPart): Promise<Check> {
  const name = 'libgomp';
  if (!part.found) return missing(name, part.remedy);
  if (part.path === null) return ok(name, '', part.from);
  const damage = await damageOf(part.path, part.sha256);
  return damage === null ? ok(name, '', `${part.from}: ${part.path}`) : missing(name, damage);
}

/** Writes a tiny Parquet file and reads it again, in a process of its own. */
export async function checkPolars(part: NativePart, root: string): Promise<Check> {
  const name = 'Polars';
  if (!part.found) return missing(name, part.remedy);
  const folder = mkdtempSync(join(tmpdir(), 'candlewick-doctor-'));
  try {
    const answer = await runScript(POLARS_PROBE, [join(folder, 'probe.parquet')], root);
    if (answer.ok) return ok(name, part.version, `${part.from} nodejs-polars`);
    return missing(
      name,
      `nodejs-polars fails (${answer.reason}); remove node_modules, then run ./candlewick setup`,
      part.version,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Whether all of Temporal's packages share one protobufjs of major version 8. With two copies, histories can be neither
 * written nor replayed ("type must be a Type").
 */
export function checkProtobuf(root: string): Check {
  const name = 'protobufjs';
  const users = ['common', 'proto', 'client', 'worker'].map((packageName) => `@temporalio/${packageName}`);
  const found = new Map(users.map((user) => [user, protobufOf(root, user)]));
  const paths = new Set([...found.values()].map((copy) => copy?.path));
  const [only] = found.values();
  if (paths.size === 1 && only?.version.startsWith('8.') === true)
    return ok(name, only.version, 'one copy for all of @temporalio');
  const list = [...found].map(([user, copy]) => `${user}: ${copy?.version ?? 'none'}`).join(', ');
  return missing(
    name,
    `@temporalio needs one protobufjs 8, found ${list}; remove node_modules, then run ./candlewick setup`,
  );
}

/** Free space where the state folder is or will be. */
export async function checkDisk(stateFolder: string): Promise<Check> {
  const folder = nearestExisting(stateFolder);
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  const free = `${(freeBytes / 1e9).toFixed(1)} GB free`;
  if (freeBytes >= MINIMUM_FREE_BYTES) return ok('Disk', free, folder);
  return missing('Disk', `only ${free} at ${folder}: free some space, or point CANDLEWICK_HOME at another disk`);
}

const LIGHTGBM_PROBE = `
  const koffi = require('koffi');
  const [library, openMp] = process.argv.slice(1);
  if (openMp) koffi.load(openMp);
  const words = koffi.load(library).func('const char *LGBM_GetLastError()')();
  if (typeof words !== 'string') throw new Error('LGBM_GetLastError gave no text');`;

const POLARS_PROBE = `
  const pl = require('nodejs-polars');
  const [path] = process.argv.slice(1);
  pl.DataFrame({ close: [1, 2.5] }).writeParquet(path);
  const read = pl.readParquet(path);
  if (read.height !== 2 || read.getColumn('close').get(1) !== 2.5) throw new Error('Parquet came back changed');`;

/** How a probe ended. */
export interface Answer {
  readonly ok: boolean;
  readonly output: string;
  /** The line that says most about a failure. */
  readonly reason: string;
}

/** Runs a script with Node.js in the project's folder, in a process of its own. */
export function runScript(
  script: string,
  args: readonly string[],
  root: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Answer> {
  return run(process.execPath, ['-e', script, ...args], root, env);
}

function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Answer> {
  return new Promise((done) => {
    execFile(program, [...args], { cwd, env, timeout: PROBE_TIMEOUT_MS }, (error, stdout, stderr) => {
      const output = `${stdout}\n${stderr}`;
      const words = /^(?:\w*Error: )(.*)$/m.exec(output)?.[1] ?? error?.message.split('\n')[0] ?? '';
      done({ ok: error === null, output, reason: error?.signal == null ? words : `ended by ${error.signal}` });
    });
  });
}

/** What to do about a file whose bytes are no longer those that were recorded; null where they are, or nothing was recorded. */
export async function damageOf(path: string, sha256: string | null): Promise<string | null> {
  if (sha256 === null) return null;
  try {
    if ((await sha256OfFile(path)) === sha256) return null;
    return `${path} has changed since it was set up; ${SET_UP_AGAIN}`;
  } catch {
    return `${path} cannot be read; ${SET_UP_AGAIN}`;
  }
}

function protobufOf(root: string, user: string): { readonly path: string; readonly version: string } | null {
  try {
    const userManifest = createRequire(join(root, 'package.json')).resolve(`${user}/package.json`);
    const path = createRequire(userManifest).resolve('protobufjs/package.json');
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const version =
      typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
    return { path, version };
  } catch {
    return null;
  }
}

function nearestExisting(path: string): string {
  const absolute = resolve(path);
  return existsSync(absolute) || dirname(absolute) === absolute ? absolute : nearestExisting(dirname(absolute));
}

export function ok(part: string, version: string, note: string): Check {
  return { part, state: 'ok', version, note };
}

export function missing(part: string, note: string, version = ''): Check {
  return { part, state: 'missing', version, note };
}
