import { readFloats, writeFloats } from '../../core/float-bytes';
import { fail, ok, type Result } from '../../core/result';
import type { NetDefinition, NetPlan, ParameterSpec, WindowShape } from './contract';
import { parameterCount } from './flat-parameters';
import { netParameters, type Heads, type NetTarget } from './heads';

/** A trained net, apart from its code. */
export interface NetContent {
  readonly sizes: unknown;
  readonly window: WindowShape;
  readonly heads: Heads;
  /**
   * With target 'return': of every horizon the saved logistic model that turns the head's return into probabilities of the
   * classes; none otherwise.
   */
  readonly links: readonly string[];
  /** The flat parameters in the plan's order, heads last. */
  readonly weights: Float32Array;
}

/** A trained net that its definition could plan again. */
export interface DecodedNet extends NetContent {
  readonly plan: NetPlan;
  readonly parameters: readonly ParameterSpec[];
}

const MAGIC = 'CWNET001';
const FORMAT = 'candlewick-net';
const SCHEMA_VERSION = 1;
const PREFIX_BYTES = MAGIC.length + 4;

/**
 * Bytes of a trained net: eight letters, the header's length (uint32, little-endian), the header (JSON in UTF-8, blanks up
 * to a multiple of four), the weights (float32, little-endian).
 */
export function encodeNet(definition: NetDefinition, content: NetContent): Uint8Array {
  const { sizes, window, heads, links, weights } = content;
  const json = JSON.stringify({
    format: FORMAT,
    schemaVersion: SCHEMA_VERSION,
    family: definition.name,
    version: definition.version,
    sizes,
    window,
    horizons: heads.horizons,
    target: heads.target,
    links,
    layout: layoutOf(netParameters(definition.plan(sizes, window), heads)),
  });
  const text = new TextEncoder().encode(json);
  const header = new Uint8Array(Math.ceil(text.length / 4) * 4).fill(0x20);
  header.set(text);
  const bytes = new Uint8Array(PREFIX_BYTES + header.length + weights.byteLength);
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, header.length, true);
  bytes.set(header, PREFIX_BYTES);
  writeFloats(weights, bytes, PREFIX_BYTES + header.length);
  return bytes;
}

/**
 * Reads a trained net for the definition that wants to load it. `InvalidModel` for bytes that are no net, are cut off, are
 * of another family or version, or whose layout this code would plan differently.
 */
export function decodeNet(definition: NetDefinition, bytes: Uint8Array): Result<DecodedNet> {
  const opened = openHeader(bytes);
  if (opened === null) {
    return fail('InvalidModel', `These ${bytes.length} bytes are not a saved net (expected '${FORMAT}').`);
  }
  const { header, weightsAt } = opened;
  const fault = kindFault(definition, header);
  if (fault !== null) return fault;
  const { sizes, window, links, layout } = header;
  const heads = headsOf(header);
  if (heads === null || !isWindow(window) || !isTexts(links)) {
    return fail('InvalidModel', `The saved '${definition.name}' net lacks its window, horizons or target.`);
  }
  const planned = planAgain(definition, sizes, window);
  if (!planned.ok) return planned;
  const parameters = netParameters(planned.value, heads);
  const expected = layoutOf(parameters);
  if (JSON.stringify(layout) !== JSON.stringify(expected)) {
    return fail(
      'InvalidModel',
      `The saved '${definition.name}' net has another shape than this code gives it: ${firstDifference(layout, expected)}. Load it with the Candlewick that wrote it, or train again.`,
    );
  }
  const count = parameterCount(parameters);
  if (bytes.length !== weightsAt + count * 4) {
    return fail(
      'InvalidModel',
      `The saved '${definition.name}' net has ${bytes.length} bytes, expected ${weightsAt + count * 4}: it was cut off or damaged. Copy it again.`,
    );
  }
  const weights = readFloats(bytes, weightsAt, count);
  return ok({ sizes, window, heads, links, weights, plan: planned.value, parameters });
}

type Header = Readonly<Record<string, unknown>>;

function openHeader(bytes: Uint8Array): { readonly header: Header; readonly weightsAt: number } | null {
  if (bytes.length < PREFIX_BYTES) return null;
  if (new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  const weightsAt = PREFIX_BYTES + length;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(PREFIX_BYTES, weightsAt));
    const header: unknown = JSON.parse(text);
    return isRecord(header) && header['format'] === FORMAT ? { header, weightsAt } : null;
  } catch {
    return null;
  }
}

function kindFault({ name, version }: NetDefinition, header: Header): Result<never> | null {
  const advice = 'Load it with the Candlewick that wrote it, or train again.';
  if (header['schemaVersion'] !== SCHEMA_VERSION) {
    return fail(
      'InvalidModel',
      `The net was saved with schema version ${String(header['schemaVersion'])}; this code reads ${SCHEMA_VERSION}. ${advice}`,
    );
  }
  if (header['family'] !== name) {
    return fail('InvalidModel', `The saved net is of family '${String(header['family'])}', expected '${name}'.`);
  }
  if (header['version'] === version) return null;
  return fail(
    'InvalidModel',
    `The net was saved by version ${String(header['version'])} of family '${name}'; this code has version ${version}. ${advice}`,
  );
}

function planAgain(definition: NetDefinition, sizes: unknown, window: WindowShape): Result<NetPlan> {
  try {
    return ok(definition.plan(sizes, window));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return fail('InvalidModel', `The saved '${definition.name}' net cannot be built from its sizes: ${message}`);
  }
}

type Layout = readonly (readonly [name: string, shape: readonly number[]])[];

function layoutOf(parameters: readonly ParameterSpec[]): Layout {
  return parameters.map(({ name, shape }) => [name, shape]);
}

function firstDifference(saved: unknown, expected: Layout): string {
  const list: readonly unknown[] = Array.isArray(saved) ? saved : [];
  const at = expected.findIndex((entry, i) => JSON.stringify(list[i]) !== JSON.stringify(entry));
  return at < 0
    ? `${list.length} parameters, expected ${expected.length}`
    : `${JSON.stringify(list[at] ?? null)}, expected ${JSON.stringify(expected[at])}`;
}

function headsOf({ horizons, target }: Header): Heads | null {
  if (!Array.isArray(horizons) || horizons.length === 0 || !horizons.every((bars) => Number.isInteger(bars)))
    return null;
  return isTarget(target) ? { horizons: horizons as number[], target } : null;
}

function isTarget(value: unknown): value is NetTarget {
  return value === 'class' || value === 'return';
}

function isWindow(value: unknown): value is WindowShape {
  return isRecord(value) && Number.isInteger(value['lookback']) && Number.isInteger(value['features']);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isRecord(value: unknown): value is Header {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
