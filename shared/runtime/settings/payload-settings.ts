import { z } from 'zod';
import { Hidden } from '../hidden';
import type { ReadSecret } from '../secrets';

export const PAYLOAD_VARIABLES = {
  CANDLEWICK_PAYLOAD_KEYS: z.string().optional(),
  CANDLEWICK_PAYLOAD_PLAINTEXT: z.enum(['refuse', 'read']).optional(),
};

type Given = z.infer<z.ZodObject<typeof PAYLOAD_VARIABLES>>;

/** A key of the payload codec. Its id stands beside every payload that it encrypted, and is no secret. */
export interface PayloadKey {
  readonly id: string;
  /** 32 bytes. */
  readonly bytes: Buffer;
}

/** How what workflows and activities are told, answer and fail with is encrypted on its way to the server. */
export interface PayloadSettings {
  /** The first encrypts, all decrypt. null: nothing is encrypted. */
  readonly payloadKeys: Hidden<readonly PayloadKey[]> | null;
  /** Whether payloads that nobody encrypted are still read: while encryption is being switched on. */
  readonly readsPlaintext: boolean;
}

const KEY_BYTES = 32;

/** Keys by the names of their secrets, newest first: `CANDLEWICK_PAYLOAD_KEYS=payload-2026-11,payload-2026-05`. */
export function payloadSettingsOf(given: Given, readSecret: ReadSecret): PayloadSettings {
  const names = (given.CANDLEWICK_PAYLOAD_KEYS ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const plaintext = given.CANDLEWICK_PAYLOAD_PLAINTEXT;
  if (names.length === 0) return { payloadKeys: null, readsPlaintext: true };
  if (new Set(names).size < names.length) throw fault('names a key twice');
  const keys = names.map((id): PayloadKey => ({ id, bytes: keyBytes(id, readSecret) }));
  return { payloadKeys: new Hidden(keys), readsPlaintext: plaintext === 'read' };
}

function keyBytes(name: string, readSecret: ReadSecret): Buffer {
  const text = secretOf(name, readSecret);
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (bytes.length === KEY_BYTES && (/^[0-9a-f]{64}$/i.test(text) || isBase64(text))) return bytes;
  throw fault(
    `the key '${name}' is not 32 bytes as base64 or as 64 hexadecimal digits; make one with: openssl rand -base64 32`,
  );
}

function secretOf(name: string, readSecret: ReadSecret): string {
  try {
    return readSecret(name);
  } catch (error) {
    throw fault(error instanceof Error ? error.message : String(error));
  }
}

const isBase64 = (text: string): boolean => /^[A-Za-z0-9+/_-]{43}=?$/.test(text);

function fault(message: string): Error {
  return new Error(`wrong environment variables: CANDLEWICK_PAYLOAD_KEYS: ${message}`);
}
