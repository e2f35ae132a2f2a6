import { execFile } from 'node:child_process';
import { createWriteStream, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import fc from 'fast-check';
import pl from 'nodejs-polars';
import { linePieces } from '../../../shared/sources/files/line-pieces';
import { readParquetFooter } from '../../../shared/sources/files/parquet-footer';
import { createFolder } from './support';

const RUNNER = join(__dirname, '../../support/run-typescript.mjs');
const CHILD = join(__dirname, 'children/read-source.ts');
const MIB = 2 ** 20;
const HEADER = 'time,open,high,low,close,volume\n';

const folder = createFolder();
jest.setTimeout(120_000);
afterAll(() => folder.remove());

interface Outcome {
  readonly code: string;
  readonly message: string;
  readonly maxRssMb: number;
}

/** Reads a file in a process of its own, whose heap is small. */
async function read(name: string): Promise<Outcome> {
  const args = ['--max-old-space-size=256', RUNNER, CHILD, folder.path, name, name.split('.')[0]!];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Outcome;
}

/** A gzip archive of a header and `piece`, again and again: real, and far larger unpacked than packed. */
async function writeBomb(name: string, piece: Buffer, times: number, header = HEADER): Promise<void> {
  const content = function* (): Generator<Buffer> {
    yield Buffer.from(header);
    for (let index = 0; index < times; index += 1) yield piece;
  };
  const target = createWriteStream(join(folder.path, name));
  await pipeline(Readable.from(content()), createGzip(), target);
}

describe('archives that unpack to more than a worker holds', () => {
  it('a gigabyte of one line is refused at its first megabyte', async () => {
    await writeBomb('LINE.csv.gz', Buffer.alloc(MIB, '1'), 1_024);
    const { code, message, maxRssMb } = await read('LINE.csv.gz');
    expect([code, message]).toEqual(['InvalidSource', 'LINE.csv.gz: line 2 has more than 1048576 bytes']);
    expect(maxRssMb).toBeLessThan(500);
  });

  it('half a gigabyte of equal lines is refused by what it unpacks to', async () => {
    const line = '2024-01-01 00:00,1,1,1,1,1\n';
    await writeBomb('ROWS.csv.gz', Buffer.from(line.repeat(40_000)), 400);
    const { code, message, maxRssMb } = await read('ROWS.csv.gz');
    expect(code).toBe('InvalidSource');
    expect(message).toMatch(/^ROWS.csv.gz: unpacks to \d+ times its size, more than 200 times/);
    expect(maxRssMb).toBeLessThan(700);
  });

  it('a gzipped Parquet of zeros is refused while it is unpacked, and leaves no copy', async () => {
    await writeBomb('ZEROS.parquet.gz', Buffer.alloc(MIB), 1_024, 'PAR1');
    const { code, message } = await read('ZEROS.parquet.gz');
    expect([code, message]).toEqual(['InvalidSource', expect.stringMatching(/times its size/)]);
    const temp = join(folder.path, 'temp');
    expect(existsSync(temp) ? readdirSync(temp) : []).toEqual([]);
  });

  it('a header of a hundred thousand columns is refused', async () => {
    folder.write('WIDE.csv', `time,open,high,low,close,volume${',x'.repeat(100_000)}\n1,1,1,1,1,1\n`);
    expect(await read('WIDE.csv')).toMatchObject({
      code: 'InvalidSource',
      message: expect.stringMatching(/the header has 100006 columns, more than 2000/) as string,
    });
  });
});

/** A number as Thrift's compact protocol writes it. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

const I64 = 6;
const LIST = 9;
const STRUCT = 12;
const field = (delta: number, type: number, value: readonly number[]) => [[delta * 16 + type], value].flat();
const integer = (value: number) => varint(value * 2);
const list = (elements: readonly (readonly number[])[]) =>
  [
    elements.length < 15 ? [elements.length * 16 + STRUCT] : [15 * 16 + STRUCT, ...varint(elements.length)],
    ...elements,
  ].flat();

/** A Parquet file that is nothing but a footer with these claims. */
function claims(given: {
  columns?: number;
  rows?: number;
  groups?: readonly { rows: number; bytes: number }[];
}): Buffer {
  const { columns = 6, rows = 10, groups = [{ rows: 10, bytes: 480 }] } = given;
  const groupsOf = groups.map((group) =>
    [field(2, I64, integer(group.bytes)), field(1, I64, integer(group.rows)), [0]].flat(),
  );
  const footer = Buffer.from(
    [
      field(2, LIST, list(Array.from({ length: columns + 1 }, () => [0]))),
      field(1, I64, integer(rows)),
      field(1, LIST, list(groupsOf)),
      [0],
    ].flat(),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([Buffer.from('PAR1'), footer, length, Buffer.from('PAR1')]);
}

describe('Parquet files that would decode to more than a worker holds', () => {
  it('the footer of a real file says what the file holds', async () => {
    const rows = 5_000;
    const frame = pl.DataFrame({
      time: Array.from({ length: rows }, (_, i) => i),
      close: Array<number>(rows).fill(1.5),
    });
    const path = join(folder.path, 'real.parquet');
    frame.writeParquet(path);
    const answer = await readParquetFooter(path, MIB, 1_000);
    if (!('footer' in answer)) throw new Error('the footer is small');
    expect(answer.footer).toMatchObject({ rows, columns: 2 });
    expect(answer.footer.rowGroups.reduce((sum, group) => sum + group.rows, 0)).toBe(rows);
    expect(answer.footer.rowGroups[0]!.uncompressedBytes).toBeGreaterThan(0);
  });

  it.each<[string, Buffer, RegExp]>([
    ['rows', claims({ rows: 2 ** 40 }), /its rows are 1099511627776/],
    [
      'rows in one group',
      claims({ groups: [{ rows: 2 ** 33, bytes: 480 }] }),
      /its rows are|the rows of one row group/,
    ],
    ['bytes in one group', claims({ groups: [{ rows: 10, bytes: 2 ** 40 }] }), /the bytes of one row group, unpacked/],
    ['columns', claims({ columns: 5_000 }), /its columns are 5000, more than 2000/],
    [
      'row groups',
      claims({ groups: Array.from({ length: 100_002 }, () => ({ rows: 1, bytes: 1 })) }),
      /more than 100000 row groups/,
    ],
  ])('too many %s are refused before anything is decoded', async (_what, bytes, message) => {
    folder.write('CLAIM.parquet', bytes);
    const { code, message: said } = await read('CLAIM.parquet');
    expect([code, said]).toEqual(['InvalidSource', expect.stringMatching(message)]);
  });

  it('a footer of any bytes at all is read to an end: a footer, or an Error with words', async () => {
    const path = join(folder.path, 'any.parquet');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 400 }), async (bytes) => {
        const length = Buffer.alloc(4);
        length.writeUInt32LE(bytes.length);
        writeFileSync(path, Buffer.concat([Buffer.from('PAR1'), bytes, length, Buffer.from('PAR1')]));
        const outcome = await readParquetFooter(path, MIB, 1_000).catch(String);
        expect(typeof outcome === 'string' ? outcome.length > 10 : 'footer' in outcome).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('pieces of lines', () => {
  async function* chunksOf(text: string, sizes: readonly number[]): AsyncGenerator<Buffer> {
    const bytes = Buffer.from(text);
    for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
      const size = sizes[turn % sizes.length]!;
      yield await Promise.resolve(bytes.subarray(at, at + size));
      at += size;
    }
  }

  it('are together the file, each of whole lines and bounded, however the bytes arrive', async () => {
    const lines = fc.array(fc.string({ maxLength: 30, unit: fc.constantFrom('a', '1', ',', ' ') }), { minLength: 1 });
    const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(lines, sizes, fc.integer({ min: 1, max: 7 }), async (rows, cut, most) => {
        const text = rows.join('\n');
        const pieces = [];
        const limits = { lineBytes: 100, pieceBytes: 60 };
        for await (const piece of linePieces(chunksOf(text, cut), most, 'a.csv', limits)) pieces.push(piece);
        expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).toString()).toBe(text);
        let line = 1;
        for (const piece of pieces) {
          expect(piece.firstLine).toBe(line);
          expect(piece.lineCount).toBeLessThanOrEqual(most);
          expect(piece.bytes.length).toBeLessThanOrEqual(limits.pieceBytes + limits.lineBytes);
          line += piece.lineCount;
        }
      }),
    );
  });
});
