import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Takes secrets out of a text before it is written where others read it. */
export type Redact = (text: string) => string;

const HIDDEN = '[secret]';
/** A shorter value stands in too many innocent places to be looked for. */
const MIN_LENGTH = 6;

/** Variables whose value is a secret: our own by prefix, those of stores and servers by name. */
const SECRET_VARIABLES = /^CANDLEWICK_SECRET_|(?:SECRET|PASSWORD|PASSWD|API_KEY|ACCESS_KEY|TOKEN|PRIVATE_KEY)(?:_ID)?$/;

/** Secrets that are told by what stands before them, whoever's they are. */
const SECRET_PLACES: readonly RegExp[] = [
  // https://name:password@host
  /(?<=[a-z][a-z0-9+.-]*:\/\/)[^\s/@:'"]*:[^\s/@'"]+(?=@)/gi,
  /(?<=\b(?:Bearer|Basic) +)[A-Za-z0-9+/_.=~-]{6,}/g,
  /(?<=\b(?:api[-_]?key|apikey|access[-_]?token|token|secret|password|signature|x-amz-[a-z-]+|x-api-key)["']?\s*[=:]\s*["']?)[^\s"'&,;}]{4,}/gi,
  // Keys in PEM blocks.
  /(?<=-----BEGIN [A-Z ]*PRIVATE KEY-----)[^-]+(?=-----END)/g,
];

/** Mounted secrets are renewed while a worker runs: they are looked at again as often as this. */
const REREAD_MS = 60_000;

/**
 * Hides every value that the environment holds as a secret (by name of its variable, each file of the folder
 * `CANDLEWICK_SECRETS`, and what `TEMPORAL_API_KEY_FILE` names), also one that came or was replaced while the process runs,
 * the old one too; and what stands where secrets stand: user and password of a URL, authorization headers, keys in
 * queries.
 */
export function createRedactor(env: NodeJS.ProcessEnv, nowMs: () => number = () => performance.now()): Redact {
  let values = withShapes(secretsOf(env), []);
  let readAtMs = nowMs();
  return (text) => {
    if (nowMs() - readAtMs >= REREAD_MS) {
      readAtMs = nowMs();
      values = withShapes(secretsOf(env), values);
    }
    const known = values.reduce((left, value) => left.replaceAll(value, HIDDEN), text);
    return SECRET_PLACES.reduce((left, place) => left.replace(place, HIDDEN), known);
  };
}

function secretsOf(env: NodeJS.ProcessEnv): readonly string[] {
  const ofVariables = Object.entries(env).flatMap(([name, value]) =>
    SECRET_VARIABLES.test(name) && value !== undefined ? [value] : [],
  );
  return [...ofVariables, ...ofFolder(env.CANDLEWICK_SECRETS), ...ofKeyFile(env.TEMPORAL_API_KEY_FILE)];
}

/** In every shape that they may be shown in, beside what is known; the longest first: one may be the beginning of another. */
function withShapes(found: readonly string[], known: readonly string[]): readonly string[] {
  const shown = found.flatMap((value) => [value, value.trim(), encodeURIComponent(value.trim())]);
  const wanted = shown.filter((value) => value.length >= MIN_LENGTH);
  return [...new Set([...known, ...wanted])].sort((a, b) => b.length - a.length);
}

function ofFolder(folder: string | undefined): readonly string[] {
  if (folder === undefined || folder === '') return [];
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .flatMap(({ name }) => ofFile(join(folder, name)));
  } catch {
    return [];
  }
}

function ofKeyFile(file: string | undefined): readonly string[] {
  return file === undefined || file === '' ? [] : ofFile(resolve(file));
}

/** One that is being replaced at this moment hides none of the others. */
function ofFile(path: string): readonly string[] {
  try {
    return [readFileSync(path, 'utf8')];
  } catch {
    return [];
  }
}
