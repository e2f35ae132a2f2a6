import { open } from 'node:fs/promises';

/** What the footer of a Parquet file says of its size, read before anything is decoded. */
export interface ParquetFooter {
  readonly rows: number;
  readonly columns: number;
  readonly rowGroups: readonly { readonly rows: number; readonly uncompressedBytes: number }[];
}

/** `footerBytes` is all that is known where the footer is too large to be read. */
export type ParquetFooterAnswer = { readonly footer: ParquetFooter } | { readonly footerBytes: number };

const MAGIC = 'PAR1';
const TAIL_BYTES = 8;
const MAX_DEPTH = 32;

/** Types of Thrift's compact protocol, in which the footer is written (github.com/apache/parquet-format). */
const T = {
  stop: 0,
  yes: 1,
  no: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
};

/** Reads the footer. Throws an Error whose message says what is wrong with it. */
export async function readParquetFooter(
  path: string,
  maxFooterBytes: number,
  maxRowGroups: number,
): Promise<ParquetFooterAnswer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size < 12) throw new Error('the file is too short');
    const tail = Buffer.alloc(TAIL_BYTES);
    await file.read(tail, 0, TAIL_BYTES, size - TAIL_BYTES);
    if (tail.subarray(4).toString('latin1') !== MAGIC)
      throw new Error("it does not end in 'PAR1', as every Parquet file does");
    const footerBytes = tail.readUInt32LE(0);
    if (footerBytes > size - TAIL_BYTES - MAGIC.length) throw new Error('its footer is longer than the file');
    if (footerBytes > maxFooterBytes) return { footerBytes };
    const bytes = Buffer.alloc(footerBytes);
    await file.read(bytes, 0, footerBytes, size - TAIL_BYTES - footerBytes);
    return { footer: footerOf(new CompactReader(bytes), maxRowGroups) };
  } finally {
    await file.close();
  }
}

/** FileMetaData: 2 schema, 3 num_rows, 4 row_groups. RowGroup: 1 columns, 2 total_byte_size, 3 num_rows. */
function footerOf(reader: CompactReader, maxRowGroups: number): ParquetFooter {
  let rows = 0;
  let columns = 0;
  const rowGroups: { rows: number; uncompressedBytes: number }[] = [];
  reader.struct((field, type) => {
    if (field === 3 && type === T.i64) rows = reader.integer();
    else if (field === 2 && type === T.list)
      columns = Math.max(0, reader.list((element) => reader.skipElement(element)) - 1);
    else if (field === 4 && type === T.list)
      reader.list(() => {
        if (rowGroups.length > maxRowGroups) throw new Error(`it has more than ${String(maxRowGroups)} row groups`);
        rowGroups.push(rowGroupOf(reader));
      });
    else reader.skip(type);
  });
  return { rows, columns, rowGroups };
}

function rowGroupOf(reader: CompactReader): { rows: number; uncompressedBytes: number } {
  let rows = 0;
  let total = 0;
  let chunks = 0;
  reader.struct((field, type) => {
    if (field === 2 && type === T.i64) total = reader.integer();
    else if (field === 3 && type === T.i64) rows = reader.integer();
    else if (field === 1 && type === T.list) reader.list(() => (chunks += chunkBytes(reader)));
    else reader.skip(type);
  });
  return { rows, uncompressedBytes: Math.max(total, chunks) };
}

/** ColumnChunk: 3 meta_data. ColumnMetaData: 6 total_uncompressed_size. */
function chunkBytes(reader: CompactReader): number {
  let bytes = 0;
  reader.struct((field, type) => {
    if (field !== 3 || type !== T.struct) {
      reader.skip(type);
      return;
    }
    reader.struct((inner, innerType) => {
      if (inner === 6 && innerType === T.i64) bytes = reader.integer();
      else reader.skip(innerType);
    });
  });
  return bytes;
}

class CompactReader {
  private at = 0;
  private depth = 0;

  constructor(private readonly bytes: Buffer) {}

  /** Calls `field` for each field; it must read or skip its value. */
  struct(field: (id: number, type: number) => void): void {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new Error('its footer is nested too deeply');
    let id = 0;
    for (;;) {
      const head = this.byte();
      const type = head & 0x0f;
      if (type === T.stop) break;
      id = head >> 4 === 0 ? this.integer() : id + (head >> 4);
      field(id, type);
    }
    this.depth -= 1;
  }

  /** Calls `element` for each element and answers with their number. */
  list(element: (type: number) => void): number {
    const head = this.byte();
    const size = head >> 4 === 15 ? this.unsigned() : head >> 4;
    for (let index = 0; index < size; index += 1) element(head & 0x0f);
    return size;
  }

  skip(type: number): void {
    if (type === T.yes || type === T.no) return;
    if (type === T.byte) this.move(1);
    else if (type === T.i16 || type === T.i32 || type === T.i64) this.unsigned();
    else if (type === T.double) this.move(8);
    else if (type === T.binary) this.move(this.unsigned());
    else if (type === T.list || type === T.set) this.list((element) => this.skipElement(element));
    else if (type === T.struct) this.struct((_id, inner) => this.skip(inner));
    else throw new Error(`its footer holds the unknown type ${String(type)}`);
  }

  /** A zigzag number; what no double holds exactly stays large enough to be refused. */
  integer(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** In a list a truth takes a byte; in a struct its type says it. */
  skipElement(type: number): void {
    if (type === T.yes || type === T.no) this.move(1);
    else this.skip(type);
  }

  private unsigned(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new Error('its footer holds a number without an end');
  }

  private byte(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new Error('its footer ends in the middle');
    this.at += 1;
    return byte;
  }

  private move(count: number): void {
    this.at += count;
    if (this.at > this.bytes.length) throw new Error('its footer ends in the middle');
  }
}
