import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Payload } from '@temporalio/common';
import fc from 'fast-check';
import { createPayloadCodec } from '../../../shared/temporal/payload-codec';

const key = (id: string) => ({ id, bytes: randomBytes(32) });
const [OLD, NEW] = [key('payload-2026-05'), key('payload-2026-11')];
const codec = (keys = [NEW, OLD], namespace = 'default', readsPlaintext = false) =>
  createPayloadCodec({ keys, namespace, readsPlaintext });
const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);

const anyPayload = fc.record({
  metadata: fc.dictionary(fc.string({ minLength: 1, maxLength: 12 }), fc.uint8Array({ maxLength: 40 })),
  data: fc.uint8Array({ maxLength: 4_000 }),
});

/** Metadata and data as plain lists: one may be a Buffer, the other a Uint8Array. */
const plain = ({ metadata, data }: Payload) => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, [...value]])),
  data: [...(data ?? [])],
});

describe('payload codec', () => {
  it('gives back what it was given, whatever it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyPayload, { maxLength: 4 }), async (payloads) => {
        const sealed = await codec().encode(payloads);
        expect((await codec().decode(sealed)).map(plain)).toEqual(payloads.map(plain));
      }),
    );
  });

  it('shows nothing of what it was given but its length', async () => {
    const [sealed] = await codec().encode([payloadOf({ symbol: 'XAUUSD', close: 1935.25 })]);
    const seen = Buffer.from(sealed!.data!).toString('latin1');
    expect(seen).not.toMatch(/XAUUSD|1935|json/);
    expect(Object.keys(sealed!.metadata!).sort()).toEqual(['encoding', 'encryption-cipher', 'encryption-key-id']);
  });

  it('refuses a payload of which any one byte was changed', async () => {
    await fc.assert(
      fc.asyncProperty(anyPayload, fc.nat(), fc.integer({ min: 1, max: 255 }), async (payload, at, change) => {
        const [sealed] = await codec().encode([payload]);
        const data = Buffer.from(sealed!.data!);
        data[at % data.length] = data[at % data.length]! ^ change;
        await expect(codec().decode([{ ...sealed, data }])).rejects.toMatchObject({ type: 'PayloadUnreadable' });
      }),
    );
  });

  it('refuses a payload that was cut short, at every length', async () => {
    const [sealed] = await codec().encode([payloadOf('a')]);
    for (let length = 0; length < sealed!.data!.length; length += 1) {
      const data = sealed!.data!.subarray(0, length);
      await expect(codec().decode([{ ...sealed, data }])).rejects.toMatchObject({ type: 'PayloadUnreadable' });
    }
  });

  it('never takes a nonce twice, and never gives the same bytes twice', async () => {
    const same = Array.from({ length: 20_000 }, () => payloadOf('the same'));
    const sealed = await codec().encode(same);
    const nonces = new Set(sealed.map(({ data }) => Buffer.from(data!.subarray(0, 12)).toString('hex')));
    expect(nonces.size).toBe(same.length);
  });

  it('opens what an older key sealed, and seals with the newest', async () => {
    const [before] = await codec([OLD]).encode([payloadOf('before')]);
    const [after] = await codec().encode([payloadOf('after')]);
    const [opened] = await codec().decode([before!]);
    expect(defaultPayloadConverter.fromPayload(opened!)).toBe('before');
    expect(Buffer.from(after!.metadata!['encryption-key-id']!).toString()).toBe(NEW.id);
  });

  it('says which key is missing, and which are known', async () => {
    const sealed = await codec([OLD]).encode([payloadOf(1)]);
    await expect(codec([NEW]).decode(sealed)).rejects.toThrow(
      "a payload is encrypted with the key 'payload-2026-05', and known here are payload-2026-11: name it in CANDLEWICK_PAYLOAD_KEYS",
    );
  });

  it('refuses another key of the same name, and a payload of another namespace', async () => {
    const sealed = await codec().encode([payloadOf(1)]);
    await expect(codec([key(NEW.id)]).decode(sealed)).rejects.toThrow(/does not open with the key/);
    await expect(codec([NEW], 'other').decode(sealed)).rejects.toThrow(/another namespace than 'other'/);
  });

  it('passes on what nobody encrypted only while that is allowed', async () => {
    const open = payloadOf({ symbols: ['AAA'] });
    expect(await codec([NEW], 'default', true).decode([open])).toEqual([open]);
    await expect(codec().decode([open])).rejects.toThrow(/CANDLEWICK_PAYLOAD_PLAINTEXT=read/);
  });
});
