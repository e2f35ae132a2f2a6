import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readSettings } from '../../shared/runtime/settings';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import {
  checkDisk,
  checkLightgbm,
  checkNode,
  checkOpenMp,
  checkPolars,
  checkProtobuf,
  checkTemporal,
  missing,
  ok,
  type Check,
} from '../doctor-checks';
import { checkStore } from '../doctor-store';
import { checkTensorLibrary } from '../doctor-tensorflow';
import { connectClient } from '../runtime/client';
import { printJson } from '../views/print-json';
import { textTable } from '../views/text-table';

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Prints each native part: found, which version, from where, or what to do. Every part that is found is also tried: the
 * Temporal CLI runs, LightGBM is loaded and called, Parquet is written and read, TensorFlow multiplies matrices, recorded hashes
 * are compared.
 *
 * @returns the exit code: 0 when the main job can run, 1 when a part that it needs is missing
 */
export async function runDoctor(
  env: NodeJS.ProcessEnv,
  print: (line: string) => void,
  { json = false }: { readonly json?: boolean } = {},
): Promise<number> {
  const checks = await examine(env);
  const broken = checks.filter((check) => check.state === 'missing').map((check) => check.part);
  if (json) {
    printJson({ print }, { canRun: broken.length === 0, checks });
    return broken.length === 0 ? 0 : 1;
  }
  for (const line of tableOf(checks).split('\n')) print(line);
  print('');
  print(
    broken.length === 0
      ? 'The main job can run.'
      : `The main job cannot run: do what is said above for ${broken.join(', ')}, then run ./candlewick doctor again.`,
  );
  return broken.length === 0 ? 0 : 1;
}

async function examine(env: NodeJS.ProcessEnv): Promise<readonly Check[]> {
  const root = projectRoot(env);
  const parts = locateNativeParts(env);
  return [
    checkNode(process.versions.node, process.execPath),
    checkProtobuf(root),
    await checkPolars(parts.polars, root),
    await temporalCheck(env, checkTemporal(parts.temporal)),
    await checkLightgbm(parts.lightgbm, parts.libgomp, root),
    await checkOpenMp(parts.libgomp),
    await checkTensorLibrary(parts, env, root),
    await checkDisk(env.CANDLEWICK_HOME ?? '.candlewick'),
    ...(await connectionCheck(env)),
    await checkStore(env, process.cwd()),
  ];
}

/** With a server elsewhere, a missing one on this machine stops nobody. */
async function temporalCheck(env: NodeJS.ProcessEnv, checking: Promise<Check>): Promise<Check> {
  const check = await checking;
  const elsewhere = env.TEMPORAL_ADDRESS ?? '';
  if (check.state !== 'missing' || elsewhere === '') return check;
  return { ...check, state: 'absent', note: `not needed: TEMPORAL_ADDRESS names ${elsewhere}` };
}

/** A server elsewhere is spoken to as a run would speak to it: with TLS, certificate and key. */
async function connectionCheck(env: NodeJS.ProcessEnv): Promise<readonly Check[]> {
  const address = env.TEMPORAL_ADDRESS ?? '';
  if (address === '') return [];
  const name = 'Temporal connection';
  try {
    const settings = readSettings(env, process.cwd());
    const client = await connectClient(settings, address, { connectTimeoutMs: CONNECT_TIMEOUT_MS });
    await client.connection.close();
    const encrypted = settings.temporalCredentials.reveal().tls === null ? 'not encrypted' : 'TLS';
    return [ok(name, '', `${address}, namespace ${settings.namespace}, ${encrypted}`)];
  } catch (error) {
    return [missing(name, error instanceof Error ? error.message : String(error))];
  }
}

function tableOf(checks: readonly Check[]): string {
  return textTable(
    ['part', 'state', 'version', 'from, or what to do'],
    checks.map(({ part, state, version, note }) => [part, state, version === '' ? '-' : version, note]),
  );
}

function projectRoot(env: NodeJS.ProcessEnv): string {
  return env.CANDLEWICK_ROOT ?? nearestPackage(__dirname);
}

function nearestPackage(folder: string): string {
  return existsSync(join(folder, 'package.json')) || dirname(folder) === folder
    ? folder
    : nearestPackage(dirname(folder));
}
