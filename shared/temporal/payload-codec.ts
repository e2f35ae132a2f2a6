import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { PayloadKey } from '../runtime/settings/payload-settings';

const ENCODING = 'encoding';
const ENCRYPTED = 'binary/encrypted';
/** The id of the key, as other Temporal codecs name it. */
const KEY_ID = 'encryption-key-id';
const CIPHER = 'encryption-cipher';
const CIPHER_NAME = 'AES-256-GCM/1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const { Payload: PayloadMessage } = temporal.api.common.v1;

interface Options {
  /** The first encrypts, all decrypt. */
  readonly keys: readonly PayloadKey[];
  /** Payloads are bound to it: one that was copied from another namespace is refused. */
  readonly namespace: string;
  /** Whether payloads that nobody encrypted are passed on. */
  readonly readsPlaintext: boolean;
}

/**
 * Encrypts whole payloads with AES-256-GCM (NIST SP 800-38D): data is nonce, ciphertext, tag. The nonce is random (96 bits:
 * change the key before 2³² payloads); authenticated beside the text are cipher, key id and namespace.
 *
 * Throws an ApplicationFailure `PayloadUnreadable`, which is retried: a worker that has the key will be able to.
 */
export function createPayloadCodec({ keys, namespace, readsPlaintext }: Options): PayloadCodec {
  const [newest] = keys;
  if (newest === undefined) throw new Error('a payload codec needs a key');
  const decode = (payload: Payload): Payload => {
    if (text(payload, ENCODING) !== ENCRYPTED) return plaintext(payload, readsPlaintext);
    const id = text(payload, KEY_ID);
    const cipher = text(payload, CIPHER);
    if (cipher !== CIPHER_NAME) throw unreadable(`is encrypted with '${cipher}'; expected ${CIPHER_NAME}`);
    const key = keys.find((known) => known.id === id);
    if (key === undefined) {
      throw unreadable(
        `is encrypted with the key '${id}', and known here are ${keys.map((known) => known.id).join(', ')}: name it in CANDLEWICK_PAYLOAD_KEYS`,
      );
    }
    return decrypt(payload.data ?? new Uint8Array(), key, namespace);
  };
  return {
    encode: (payloads) => Promise.resolve(payloads.map((payload) => encrypt(payload, newest, namespace))),
    // An async function: what is thrown becomes a rejection.
    decode: async (payloads) => Promise.resolve(payloads.map(decode)),
  };
}

function encrypt(payload: Payload, key: PayloadKey, namespace: string): Payload {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce);
  cipher.setAAD(boundTo(key.id, namespace));
  const sealed = [nonce, cipher.update(PayloadMessage.encode(payload).finish()), cipher.final(), cipher.getAuthTag()];
  return {
    metadata: { [ENCODING]: bytes(ENCRYPTED), [KEY_ID]: bytes(key.id), [CIPHER]: bytes(CIPHER_NAME) },
    data: Buffer.concat(sealed),
  };
}

function decrypt(data: Uint8Array, key: PayloadKey, namespace: string): Payload {
  if (data.length < NONCE_BYTES + TAG_BYTES) throw unreadable('is cut short');
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, data.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(boundTo(key.id, namespace));
  decipher.setAuthTag(data.subarray(data.length - TAG_BYTES));
  try {
    const opened = [decipher.update(data.subarray(NONCE_BYTES, data.length - TAG_BYTES)), decipher.final()];
    return PayloadMessage.decode(Buffer.concat(opened));
  } catch {
    throw unreadable(
      `does not open with the key '${key.id}': it was changed, belongs to another namespace than '${namespace}', or the key of that name is another one than it was`,
    );
  }
}

function plaintext(payload: Payload, readsPlaintext: boolean): Payload {
  if (readsPlaintext) return payload;
  throw unreadable(
    'is not encrypted: start workflows through a client with CANDLEWICK_PAYLOAD_KEYS (in the UI: through the codec server), or set CANDLEWICK_PAYLOAD_PLAINTEXT=read while encryption is being switched on',
  );
}

function boundTo(keyId: string, namespace: string): Buffer {
  return Buffer.from(JSON.stringify([CIPHER_NAME, keyId, namespace]));
}

function unreadable(what: string): ApplicationFailure {
  return ApplicationFailure.create({ type: 'PayloadUnreadable', message: `a payload ${what}` });
}

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

function text(payload: Payload, name: string): string {
  const value = payload.metadata?.[name];
  return value === undefined ? '' : new TextDecoder().decode(value);
}
