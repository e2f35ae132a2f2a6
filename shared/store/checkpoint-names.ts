import { z } from 'zod';
import { canonicalBytes, canonicalJson, sha256Hex } from './hash';
import { parsedOrNull } from './json-bytes';

const SCHEMA_VERSION = 1;
const FENCE_DIGITS = 8;
const STEP_DIGITS = 12;
const TURN_DIGITS = 6;
const EPOCH_DIGITS = 6;

/** Proof of who writes a line: its fence's number and a word that no other writer has. Small enough to be handed on. */
export interface LineTicket {
  readonly fence: number;
  readonly token: string;
}

const fenceSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  token: z.string(),
  /** Who took it, for people and for whoever has to choose between taking over and waiting. */
  owner: z.string(),
  openedAtMs: z.number(),
  /** Checkpoints of earlier writers that were there at this moment; any that turns up later is nobody's. */
  sees: z.array(z.string()),
});
export type FenceRecord = z.infer<typeof fenceSchema>;

const CHECKPOINT_KINDS = ['epoch', 'interval', 'stop'] as const;
export type CheckpointKind = (typeof CHECKPOINT_KINDS)[number];

const markerSchema = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  name: z.string(),
  step: z.int().nonnegative(),
  kind: z.enum(CHECKPOINT_KINDS),
  isBest: z.boolean(),
  bytes: z.int().nonnegative(),
  sha256: z.string(),
  savedAtMs: z.number(),
  meta: z.record(z.string(), z.json()),
});
export type CheckpointMarker = z.infer<typeof markerSchema>;

/** The places of one line. Its checkpoints and its fences go when it is done; its metrics stay. */
export interface LineKeys {
  readonly folder: string;
  readonly metricsFolder: string;
  readonly fence: (fence: number) => string;
  readonly bytes: (name: string) => string;
  readonly marker: (name: string) => string;
  readonly epoch: (epoch: number, fence: number) => string;
}

/** Throws RangeError for a key that is not hexadecimal. */
export function lineKeys(key: string): LineKeys {
  if (!/^[0-9a-f]{4,}$/.test(key)) throw new RangeError(`a trajectory key is lower-case hexadecimal; got '${key}'`);
  const folder = `checkpoints/${key.slice(0, 2)}/${key}/`;
  const metricsFolder = `metrics/${key.slice(0, 2)}/${key}/`;
  return {
    folder,
    metricsFolder,
    fence: (fence) => `${folder}fences/${padded(fence, FENCE_DIGITS)}.json`,
    bytes: (name) => `${folder}bytes/${name}`,
    marker: (name) => `${folder}markers/${name}.json`,
    epoch: (epoch, fence) => `${metricsFolder}${padded(epoch, EPOCH_DIGITS)}-${padded(fence, FENCE_DIGITS)}.json`,
  };
}

/** Sorts by writer, then by step, then in the order of saving: the last name is where the newest writer stands. */
export function checkpointName({ fence, token }: LineTicket, step: number, turn: number): string {
  return `${padded(fence, FENCE_DIGITS)}-${padded(step, STEP_DIGITS)}-${padded(turn, TURN_DIGITS)}-${token}`;
}

export function isNameOf(name: string, { fence, token }: LineTicket): boolean {
  return name.startsWith(`${padded(fence, FENCE_DIGITS)}-`) && name.endsWith(`-${token}`);
}

/** What a listing of a line's folder holds. */
export interface LineListing {
  readonly fences: readonly number[];
  /** Names of published checkpoints, oldest first. */
  readonly markers: readonly string[];
  readonly bytes: readonly string[];
}

export function sortListing(keys: readonly string[], { folder }: LineKeys): LineListing {
  const below = (part: string, end: string): readonly string[] =>
    keys
      .filter((key) => key.startsWith(`${folder}${part}/`) && key.endsWith(end))
      .map((key) => key.slice(folder.length + part.length + 1, key.length - end.length))
      .sort();
  return {
    fences: below('fences', '.json').map(Number),
    markers: below('markers', '.json'),
    bytes: below('bytes', ''),
  };
}

/** The epoch and fence in the key of a metrics object, or null for any other key. */
export function parseEpochKey(key: string): { readonly epoch: number; readonly fence: number } | null {
  const [, epoch, fence] = /\/(\d+)-(\d+)\.json$/.exec(key) ?? [];
  return epoch === undefined || fence === undefined ? null : { epoch: Number(epoch), fence: Number(fence) };
}

export function fenceBytes(fields: Omit<FenceRecord, 'schemaVersion'>): Uint8Array {
  return canonicalBytes({ schemaVersion: SCHEMA_VERSION, ...fields });
}

export function parseFence(bytes: Uint8Array | null): FenceRecord | null {
  return parsedOrNull(fenceSchema, bytes);
}

/** A marker's bytes, sealed with their own hash: a flipped byte in a step or in the meta data would else go unseen. */
export function markerBytes(fields: Omit<CheckpointMarker, 'schemaVersion'>): Uint8Array {
  const marker = { schemaVersion: SCHEMA_VERSION, ...fields };
  return canonicalBytes({ marker, seal: sha256Hex(canonicalJson(marker)) });
}

export function parseMarker(bytes: Uint8Array | null, name: string): CheckpointMarker | null {
  const sealed = parsedOrNull(sealedSchema, bytes);
  if (sealed === null) return null;
  const { marker, seal } = sealed;
  return marker.name === name && sha256Hex(canonicalJson(marker)) === seal ? marker : null;
}

const sealedSchema = z.strictObject({ marker: markerSchema, seal: z.string() });

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
