import { fail, ok, type Result } from '../core/result';

const FORMAT = 'candlewick-model';
const SCHEMA_VERSION = 1;

type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What a family writes into its envelope. */
export type ModelBody = Readonly<Record<string, JsonValue>>;

/**
 * Wraps a fitted model in its envelope: JSON in UTF-8 with format, schema version, family and family version before the
 * body. Finite doubles survive exactly, so a loaded model predicts bit for bit what the saved one did.
 */
export function encodeModel(family: { readonly name: string; readonly version: number }, body: ModelBody): Uint8Array {
  const envelope = {
    format: FORMAT,
    schemaVersion: SCHEMA_VERSION,
    family: family.name,
    version: family.version,
    body,
  };
  return new TextEncoder().encode(JSON.stringify(envelope));
}

/**
 * Opens an envelope for the family that wants to load it. `InvalidModel` for bytes that are no envelope, for another
 * family, and for versions that this code does not know.
 */
export function decodeModel(
  family: { readonly name: string; readonly version: number },
  bytes: Uint8Array,
): Result<Readonly<Record<string, unknown>>> {
  const envelope = parseEnvelope(bytes);
  if (envelope?.['format'] !== FORMAT) {
    return fail(
      'InvalidModel',
      `These ${bytes.length} bytes are not a saved model (expected JSON of format '${FORMAT}').`,
    );
  }
  const { schemaVersion, family: name, version, body } = envelope;
  if (schemaVersion !== SCHEMA_VERSION) {
    return fail(
      'InvalidModel',
      `The model was saved with schema version ${String(schemaVersion)}; this code reads ${SCHEMA_VERSION}. Load it with the Candlewick that wrote it, or train again.`,
    );
  }
  if (name !== family.name) {
    return fail('InvalidModel', `The saved model is of family '${String(name)}', expected '${family.name}'.`);
  }
  if (typeof version !== 'number' || !(version >= 1 && version <= family.version)) {
    return fail(
      'InvalidModel',
      `The model was saved by version ${String(version)} of family '${family.name}'; this code knows 1 to ${family.version}. Load it with the Candlewick that wrote it, or train again.`,
    );
  }
  return isRecord(body) ? ok(body) : fail('InvalidModel', `The saved '${family.name}' model has no body.`);
}

/** Reads a list of finite numbers out of a body; null where it is missing, of another length or not finite. */
export function numbersOf(body: Readonly<Record<string, unknown>>, key: string, length?: number): Float64Array | null {
  const list = body[key];
  if (!Array.isArray(list) || (length !== undefined && list.length !== length)) return null;
  const numbers = new Float64Array(list.length);
  for (const [i, value] of (list as unknown[]).entries()) {
    if (typeof value !== 'number' || !Number.isFinite(value)) return null;
    numbers[i] = value;
  }
  return numbers;
}

function parseEnvelope(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isRecord(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
