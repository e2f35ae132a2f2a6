import fc from 'fast-check';
import { createArtifacts } from '../../../shared/store/artifacts';
import { createMemoryObjectStore } from '../../support/memory-object-store';
import { ROWS_PER_PART, type TableChunk } from '../../../shared/tables/table';
import {
  createTableWriter,
  float64Column,
  int32Column,
  int8Column,
  openTable,
  type WrittenTable,
} from '../../../shared/tables/table-store';

const KIND = { kind: 'features', schemaVersion: 1 };
const PART_ROWS = 7;

function openArtifacts() {
  const objects = createMemoryObjectStore();
  return { objects, artifacts: createArtifacts(objects) };
}
type Artifacts = ReturnType<typeof createArtifacts>;

async function write(
  artifacts: Artifacts,
  chunks: readonly TableChunk[],
  rowsPerPart = PART_ROWS,
): Promise<WrittenTable> {
  const writer = createTableWriter(artifacts, KIND, rowsPerPart);
  for (const chunk of chunks) await writer.push(chunk);
  return writer.finish();
}

function tableOf(values: readonly number[]): TableChunk {
  return {
    close: Float64Array.from(values),
    row: Int32Array.from(values, (_, i) => i),
    part: Int8Array.from(values, (_, i) => (i % 5) - 2),
  };
}

function slice(chunk: TableChunk, from: number, to: number): TableChunk {
  return Object.fromEntries(Object.entries(chunk).map(([name, column]) => [name, column.subarray(from, to)]));
}

/** The table cut before each of the given rows. */
function cutAt(table: TableChunk, rows: number, cuts: readonly number[]): TableChunk[] {
  const edges = [0, ...[...cuts].sort((a, b) => a - b), rows];
  return edges.slice(1).map((to, i) => slice(table, edges[i]!, to));
}

const value = fc.oneof(fc.double(), fc.constantFrom(NaN, 0, -0, Infinity, -Infinity, 5e-324));
const cutTable = fc
  .array(value, { maxLength: 40, size: 'max' })
  .chain((values) => fc.tuple(fc.constant(values), fc.array(fc.nat(values.length), { maxLength: 6 })));

describe('tables', () => {
  it('give back every number bit for bit, NaN and -0 too, in its type', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 20 }), async (values) => {
        const { artifacts } = openArtifacts();
        const { ref } = await write(artifacts, [tableOf(values)]);
        const columns = await (await openTable(artifacts, ref, KIND)).columns();
        const expected = tableOf(values);
        const bits = new BigUint64Array(float64Column(columns, 'close').buffer);
        expect([...bits]).toEqual([...new BigUint64Array(Float64Array.from(values).buffer)]);
        expect(int32Column(columns, 'row')).toEqual(expected.row);
        expect(int8Column(columns, 'part')).toEqual(expected.part);
      }),
      { numRuns: 50 },
    );
  });

  it('consist of parts of exactly so many rows, the same bytes however the rows arrived', async () => {
    await fc.assert(
      fc.asyncProperty(cutTable, async ([values, cuts]) => {
        const { artifacts } = openArtifacts();
        const whole = await write(artifacts, [tableOf(values)]);
        const pieces = await write(artifacts, cutAt(tableOf(values), values.length, cuts));
        expect(pieces).toEqual(whole);
        const { manifest } = await openTable(artifacts, whole.ref, KIND);
        const full = Math.floor(values.length / PART_ROWS);
        const rest = values.length % PART_ROWS;
        expect(manifest.parts.map(({ rows }) => rows)).toEqual([
          ...Array.from({ length: full }, () => PART_ROWS),
          ...(rest > 0 ? [rest] : []),
        ]);
        expect(manifest.rows).toBe(values.length);
      }),
      { numRuns: 100 },
    );
  });

  it('have parts of half a million rows', async () => {
    const { artifacts } = openArtifacts();
    const rows = ROWS_PER_PART + 1;
    const chunk = { row: Int32Array.from({ length: rows }, (_, i) => i) };
    const writer = createTableWriter(artifacts, KIND);
    await writer.push(slice(chunk, 0, 300_000));
    await writer.push(slice(chunk, 300_000, rows));
    const { ref } = await writer.finish();
    const table = await openTable(artifacts, ref, KIND);
    expect(table.manifest.parts.map((part) => part.rows)).toEqual([500_000, 1]);
    expect(int32Column(await table.columns(), 'row')).toEqual(chunk.row);
  });

  it('have shorter parts where they are wide, so that a part fits into memory however many columns there are', async () => {
    const { artifacts } = openArtifacts();
    const column = new Float64Array(100_000);
    const wide = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`c${String(i)}`, column]));
    const writer = createTableWriter(artifacts, KIND);
    await writer.push(wide);
    const { manifest } = await openTable(artifacts, (await writer.finish()).ref, KIND);
    expect(manifest.parts.map((part) => part.rows)).toEqual([52_428, 47_572]);
    expect(Math.max(...manifest.parts.map((part) => part.rows * 120 * 8))).toBeLessThanOrEqual(48 * 2 ** 20);
  });

  it('come part by part, with the columns asked for', async () => {
    const { artifacts } = openArtifacts();
    const { ref, parts } = await write(artifacts, [tableOf([1, 2, 3, 4, 5, 6, 7, 8])]);
    expect(parts).toHaveLength(2);
    const table = await openTable(artifacts, ref, KIND);
    const chunks: TableChunk[] = [];
    for await (const chunk of table.chunks(['close'])) chunks.push(chunk);
    expect(chunks).toEqual([{ close: Float64Array.of(1, 2, 3, 4, 5, 6, 7) }, { close: Float64Array.of(8) }]);
  });

  it('may have columns and no rows', async () => {
    const { artifacts } = openArtifacts();
    const { ref, rows, parts } = await write(artifacts, [tableOf([])]);
    expect({ rows, parts }).toEqual({ rows: 0, parts: [] });
    expect(await (await openTable(artifacts, ref, KIND)).columns(['close'])).toEqual({ close: new Float64Array(0) });
  });

  it('say which column they lack', async () => {
    const { artifacts } = openArtifacts();
    const { ref } = await write(artifacts, [tableOf([1])]);
    const table = await openTable(artifacts, ref, KIND);
    await expect(table.columns(['open'])).rejects.toMatchObject({
      code: 'ArtifactCorrupt',
      message: `features ${ref.uri} has no column open`,
    });
    const columns = await table.columns();
    expect(() => float64Column(columns, 'row')).toThrow('no column row of doubles');
    expect(() => int32Column(columns, 'close')).toThrow('no column close of 32-bit integers');
    expect(() => int8Column(columns, 'none')).toThrow('no column none of 8-bit integers');
  });

  it('refuse a chunk that lacks a column of the first', async () => {
    const { artifacts } = openArtifacts();
    const writer = createTableWriter(artifacts, KIND, PART_ROWS);
    await writer.push(tableOf([1, 2]));
    await writer.push({ close: Float64Array.of(3) });
    await expect(writer.finish()).rejects.toThrow('lacks a column');
  });

  it('notice a damaged part when it is read', async () => {
    const { artifacts, objects } = openArtifacts();
    const { ref, parts } = await write(artifacts, [tableOf([1, 2])]);
    await objects.put(parts[0]!.uri, Buffer.alloc(parts[0]!.bytes), { ifAbsent: false });
    const table = await openTable(artifacts, ref, KIND);
    await expect(table.columns()).rejects.toMatchObject({ code: 'ArtifactCorrupt' });
  });

  it('refuse an artifact that is no manifest', async () => {
    const { artifacts } = openArtifacts();
    const ref = await artifacts.putJson({ rows: 1 }, KIND);
    await expect(openTable(artifacts, ref, KIND)).rejects.toMatchObject({
      code: 'ArtifactCorrupt',
      message: expect.stringContaining('is not a table manifest') as string,
    });
  });
});
