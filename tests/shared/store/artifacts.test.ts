import { createArtifacts } from '../../../shared/store/artifacts';
import { sha256Hex } from '../../../shared/store/hash';
import { createMemoryObjectStore } from '../../support/memory-object-store';

const MODEL = { kind: 'model', schemaVersion: 1 };
const BYTES = Buffer.from('the bytes of a model');

function openArtifacts() {
  const objects = createMemoryObjectStore();
  return { objects, artifacts: createArtifacts(objects) };
}

describe('artifacts', () => {
  it('are addressed by their SHA-256, and twice the same bytes are one object', async () => {
    const { objects, artifacts } = openArtifacts();
    const sha256 = sha256Hex(BYTES);
    const ref = await artifacts.put(BYTES, MODEL);
    expect(ref).toEqual({ uri: `blobs/${sha256.slice(0, 2)}/${sha256}`, sha256, bytes: BYTES.length, ...MODEL });
    expect(await artifacts.put(Uint8Array.from(BYTES), MODEL)).toEqual(ref);
    expect(await objects.list('blobs/')).toEqual([ref.uri]);
    expect(Buffer.from(await artifacts.get(ref, MODEL))).toEqual(BYTES);
  });

  it('hold JSON of which the order of keys does not matter', async () => {
    const { artifacts } = openArtifacts();
    const one = await artifacts.putJson({ b: [1, { d: 1, c: null }], a: 'x' }, MODEL);
    const other = await artifacts.putJson({ a: 'x', b: [1, { c: null, d: 1 }] }, MODEL);
    expect(one).toEqual(other);
    expect(await artifacts.getJson(one, MODEL)).toEqual({ a: 'x', b: [1, { c: null, d: 1 }] });
  });

  it('notice truncated bytes, naming the object and both lengths', async () => {
    const { objects, artifacts } = openArtifacts();
    const ref = await artifacts.put(BYTES, MODEL);
    await objects.put(ref.uri, BYTES.subarray(0, 5), { ifAbsent: false });
    await expect(artifacts.get(ref, MODEL)).rejects.toMatchObject({
      code: 'ArtifactCorrupt',
      message: `model ${ref.uri} in memory: 5 bytes found, ${BYTES.length} expected`,
    });
    expect(await artifacts.isIntact(ref)).toBe(false);
  });

  it('notice a flipped bit, naming the object and both hashes', async () => {
    const { objects, artifacts } = openArtifacts();
    const ref = await artifacts.put(BYTES, MODEL);
    const flipped = Uint8Array.from(BYTES, (byte, i) => (i === 7 ? byte ^ 1 : byte));
    await objects.put(ref.uri, flipped, { ifAbsent: false });
    await expect(artifacts.get(ref, MODEL)).rejects.toMatchObject({
      code: 'ArtifactCorrupt',
      message: `model ${ref.uri} in memory: SHA-256 ${sha256Hex(flipped)} found, ${ref.sha256} expected`,
    });
    expect(await artifacts.isIntact(ref)).toBe(false);
  });

  it('say what is missing, and from which store', async () => {
    const { objects, artifacts } = openArtifacts();
    const ref = await artifacts.put(BYTES, MODEL);
    await objects.remove(ref.uri);
    await expect(artifacts.get(ref, MODEL)).rejects.toMatchObject({
      code: 'ArtifactMissing',
      message: `model ${ref.uri} is not in the store memory`,
    });
    expect(await artifacts.isIntact(ref)).toBe(false);
  });

  it.each([
    ['another kind', { kind: 'bundle', schemaVersion: 1 }],
    ['an unknown version', { kind: 'model', schemaVersion: 2 }],
  ])('refuse %s before the bytes are read', async (_, expected) => {
    const { objects, artifacts } = openArtifacts();
    const ref = await artifacts.put(BYTES, MODEL);
    await objects.remove(ref.uri);
    await expect(artifacts.get(ref, expected)).rejects.toMatchObject({
      code: 'ArtifactCorrupt',
      message: expect.stringContaining(`is model v1; expected ${expected.kind} v${expected.schemaVersion}`) as string,
    });
  });

  it('refuse bytes that are no JSON where JSON is asked for', async () => {
    const { artifacts } = openArtifacts();
    const ref = await artifacts.put(BYTES, MODEL);
    await expect(artifacts.getJson(ref, MODEL)).rejects.toMatchObject({ code: 'ArtifactCorrupt' });
  });

  it('heal damaged bytes of the same length when they are written anew', async () => {
    const { objects, artifacts } = openArtifacts();
    const ref = await artifacts.put(BYTES, MODEL);
    await objects.put(ref.uri, Uint8Array.from(BYTES).reverse(), { ifAbsent: false });
    expect(await artifacts.isIntact(ref)).toBe(false);
    expect(await artifacts.put(BYTES, MODEL)).toEqual(ref);
    expect(await artifacts.get(ref, MODEL)).toEqual(BYTES);
  });

  it('mend a truncated object when its bytes are put again', async () => {
    const { objects, artifacts } = openArtifacts();
    const ref = await artifacts.put(BYTES, MODEL);
    await objects.put(ref.uri, BYTES.subarray(1), { ifAbsent: false });
    await artifacts.put(BYTES, MODEL);
    expect(await artifacts.isIntact(ref)).toBe(true);
  });
});
