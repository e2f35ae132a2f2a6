import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

const companionSchema = z.object({ path: z.string(), sha256: z.string(), bytes: z.number() });

const recordedPartSchema = z.object({
  path: z.string().nullable(),
  version: z.string().nullable(),
  from: z.string(),
  sha256: z.string().nullable(),
  bytes: z.number().nullable(),
  companions: z.array(companionSchema).optional(),
  libraryPath: z.array(z.string()).optional(),
  /** Why the part could not be had here, where the set-up found that it could not. */
  remedy: z.string().optional(),
});

type RecordedPart = z.infer<typeof recordedPartSchema>;

const manifestSchema = z.object({
  schemaVersion: z.literal(1),
  platform: z.string(),
  parts: z.record(z.string(), recordedPartSchema),
});

/** A native part that is in place, or the sentence that says how to get it. */
export type NativePart =
  | {
      readonly found: true;
      readonly path: string;
      /** `unknown` where the environment names the file: nothing vouches for its release. */
      readonly version: string;
      /** The environment variable, package, wheel or build that it comes from. */
      readonly from: string;
      /** As recorded by the set-up; null where nothing was recorded. */
      readonly sha256: string | null;
      /** Libraries that the file loads by itself, with their sizes checked and their hashes as recorded by the set-up. */
      readonly companions?: readonly NativeCompanion[];
      /** Folders that a process must have on its library path (`LD_LIBRARY_PATH`) when it is started. */
      readonly libraryPath?: readonly string[];
    }
  | { readonly found: false; readonly remedy: string };

/** A library that goes with a native part. */
export interface NativeCompanion {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** The OpenMP runtime of LightGBM: `path` null where the system's loader finds its own. */
export type OpenMpPart =
  | { readonly found: true; readonly path: string | null; readonly from: string; readonly sha256: string | null }
  | { readonly found: false; readonly remedy: string };

/** Every native part, as the environment and the set-up's record say. */
export interface NativeParts {
  readonly temporal: NativePart;
  readonly lightgbm: NativePart;
  readonly libgomp: OpenMpPart;
  readonly polars: NativePart;
  /** tfjs-node's binding to TensorFlow, computing on the processor. */
  readonly tensorflow: NativePart;
  /** The same with code for NVIDIA GPUs. */
  readonly tensorflowGpu: NativePart;
  /** tfjs's WASM backend, out of its npm package: what nets run on where there is no TensorFlow. */
  readonly tensorflowWasm: NativePart;
}

const SET_UP = 'run ./candlewick setup';

/** The folder of native parts: `CANDLEWICK_CACHE`, else the user's cache folder. The same rule as in `infra/setup/paths.mjs`. */
export function nativeCacheFolder(env: NodeJS.ProcessEnv): string {
  const named = text(env.CANDLEWICK_CACHE);
  if (named !== null) return resolve(named);
  const home = text(env.HOME) ?? homedir();
  if (process.platform === 'darwin') return join(home, 'Library', 'Caches', 'candlewick');
  return join(text(env.XDG_CACHE_HOME) ?? join(home, '.cache'), 'candlewick');
}

/**
 * Where the native parts are: what the environment names (`CANDLEWICK_TEMPORAL_CLI`, `CANDLEWICK_LIGHTGBM_LIB`,
 * `CANDLEWICK_TENSORFLOW_BINDING`) goes before what the set-up recorded in `native.json`. Files are checked by existence and size only; nothing is loaded. Never throws.
 */
export function locateNativeParts(env: NodeJS.ProcessEnv): NativeParts {
  const recorded = readRecord(nativeCacheFolder(env));
  return {
    temporal: locateFile(env, 'CANDLEWICK_TEMPORAL_CLI', 'the Temporal server', recorded.temporal),
    lightgbm: locateFile(env, 'CANDLEWICK_LIGHTGBM_LIB', 'LightGBM', recorded.lightgbm),
    libgomp: locateOpenMp(recorded.libgomp),
    polars: locatePackage('nodejs-polars', 'the native package of nodejs-polars'),
    tensorflow: locateFile(env, 'CANDLEWICK_TENSORFLOW_BINDING', 'TensorFlow', recorded.tensorflow),
    tensorflowGpu: locateFile(env, null, 'TensorFlow for GPUs', recorded.tensorflowGpu),
    tensorflowWasm: locatePackage('@tensorflow/tfjs-backend-wasm', 'the package @tensorflow/tfjs-backend-wasm'),
  };
}

/** SHA-256 of a file's bytes, hexadecimal. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function readRecord(cache: string): Readonly<Record<string, RecordedPart | undefined>> {
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(readFileSync(join(cache, 'native.json'), 'utf8')));
    const fits = parsed.success && parsed.data.platform === `${process.platform}-${process.arch}`;
    return fits ? parsed.data.parts : {};
  } catch {
    return {};
  }
}

function locateFile(
  env: NodeJS.ProcessEnv,
  variable: 'CANDLEWICK_TEMPORAL_CLI' | 'CANDLEWICK_LIGHTGBM_LIB' | 'CANDLEWICK_TENSORFLOW_BINDING' | null,
  label: string,
  recorded: RecordedPart | undefined,
): NativePart {
  const named = variable === null ? null : text(env[variable]);
  if (variable !== null && named !== null) {
    if (existsSync(named))
      return { found: true, path: resolve(named), version: 'unknown', from: variable, sha256: null };
    return {
      found: false,
      remedy: `${variable} names ${named}, which does not exist; mend it or unset it, then ${SET_UP}`,
    };
  }
  if (recorded?.path == null) return { found: false, remedy: recorded?.remedy ?? `${label} is not set up; ${SET_UP}` };
  const { path, from, sha256, bytes, companions, libraryPath } = recorded;
  const damaged = [{ path, bytes }, ...(companions ?? [])].find((file) => !hasSize(file.path, file.bytes));
  if (damaged !== undefined) {
    return { found: false, remedy: `${damaged.path} is missing or damaged; ${SET_UP} to have it fetched again` };
  }
  return {
    ...{ found: true, path, version: recorded.version ?? 'unknown', from, sha256 },
    ...(companions === undefined ? {} : { companions }),
    ...(libraryPath === undefined ? {} : { libraryPath }),
  };
}

function locateOpenMp(recorded: RecordedPart | undefined): OpenMpPart {
  if (recorded === undefined) return { found: false, remedy: `no OpenMP runtime for LightGBM is recorded; ${SET_UP}` };
  const { path, from, sha256, bytes } = recorded;
  if (path === null || hasSize(path, bytes)) return { found: true, path, from, sha256 };
  return { found: false, remedy: `${path} is missing or damaged; ${SET_UP} to have it fetched again` };
}

function locatePackage(name: string, label: string): NativePart {
  try {
    const manifestPath = createRequire(__filename).resolve(`${name}/package.json`);
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifestPath, 'utf8')));
    return { found: true, path: resolve(manifestPath, '..'), version, from: 'npm package', sha256: null };
  } catch {
    return { found: false, remedy: `${label} is missing; remove node_modules, then ${SET_UP}` };
  }
}

function hasSize(path: string, bytes: number | null): boolean {
  try {
    return statSync(path).size === bytes;
  } catch {
    return false;
  }
}

/** A variable that is set to nothing counts as not set. */
function text(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}
