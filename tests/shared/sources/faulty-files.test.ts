import { gzipSync } from 'node:zlib';
import { sourceFault } from '../../../shared/sources/port';
import { barsAt, createFolder, openSeries, readAll, sourceOf, type ConfigChanges, type Folder } from './support';

let folder: Folder;
beforeEach(() => {
  folder = createFolder();
});
afterEach(() => folder.remove());

const HEADER = 'time,open,high,low,close,volume\n';
const GOOD = '2020-01-01,1,1,1,1,1\n2020-01-02,1,1,1,1,1\n';
const PACKED = gzipSync(
  HEADER + Array.from({ length: 500 }, (_, i) => `${1.6e9 + i * 60},${i},1,1,1,${i * 7}\n`).join(''),
);

interface Case {
  readonly what: string;
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly message: string;
  readonly changes?: ConfigChanges;
}

const CASES: readonly Case[] = [
  { what: 'an empty file', name: 'x.csv', content: '', message: 'x.csv: the file is empty' },
  { what: 'an empty archive', name: 'x.csv.gz', content: gzipSync(''), message: 'x.csv.gz: the file is empty' },
  { what: 'a header alone', name: 'x.csv', content: HEADER, message: 'x.csv: a header, but no rows' },
  {
    what: 'an empty first line',
    name: 'x.csv',
    content: `\n${HEADER}`,
    message: 'x.csv: the first line is empty; expected the names of the columns',
  },
  {
    what: 'no header',
    name: 'x.csv',
    content: GOOD,
    message: "x.csv: no header: the first line is '2020-01-01 1 1 1 1 1'; add a line with the names of the columns",
  },
  {
    what: 'a missing column',
    name: 'x.csv',
    content: 'time,open,high,low,vol\n2020-01-01,1,1,1,1\n',
    message:
      "x.csv: no column for 'close'; the header has 'time', 'open', 'high', 'low', 'vol'; name it under source.columns.close",
  },
  {
    what: 'a configured column that is not there',
    name: 'x.csv',
    content: HEADER + GOOD,
    changes: { columns: { close: 'last' } },
    message:
      "x.csv: no column named 'last', which source.columns.close asks for; the header has 'time', 'open', 'high', 'low', 'close', 'volume'",
  },
  {
    what: 'a configured symbol column that is not there',
    name: 'x.csv',
    content: HEADER + GOOD,
    changes: { columns: { symbol: 'ticker' } },
    message:
      "x.csv: no column named 'ticker', which source.columns.symbol asks for; the header has 'time', 'open', 'high', 'low', 'close', 'volume'",
  },
  {
    what: 'two columns of one name',
    name: 'x.csv',
    content: 'time,open,high,low,close,Close,volume\n2020-01-01,1,1,1,1,1,1\n',
    message: "x.csv: 2 columns named 'close'; say which under source.columns",
  },
  {
    what: 'text in a price column',
    name: 'x.csv',
    content: `${HEADER}${GOOD}2020-01-03,1,1,abc,1,def\n`,
    message: "x.csv: column 'low', row 4: 'abc' is not a number",
  },
  {
    what: 'a decimal comma',
    name: 'x.csv',
    content: 'time;open;high;low;close;volume\n2020-01-01;1,5;1;1;1;1\n',
    message: "x.csv: column 'open', row 2: '1,5' is not a number",
  },
  {
    what: 'a hexadecimal number',
    name: 'x.csv',
    content: `${HEADER}2020-01-03,1,1,1,1,0x10\n`,
    message: "x.csv: column 'volume', row 2: '0x10' is not a number",
  },
  {
    what: 'text after blank lines',
    name: 'x.csv',
    content: `${HEADER}\n\n2020-01-03,?,1,1,1,1\n`,
    message: "x.csv: column 'open', row 4: '?' is not a number",
  },
  {
    what: 'a row with too many fields',
    name: 'x.csv',
    content: `${HEADER}${GOOD}2020-01-03,1,1,1,1,1,1\n`,
    message: 'x.csv: row 4 has 7 fields, the header has 6',
  },
  {
    what: 'a stamp that is none',
    name: 'x.csv',
    content: barsAt(['2020-01-01', '01/02/2020']),
    message:
      "x.csv: column 'time', row 3: '01/02/2020' is not a time; expected 'YYYY-MM-DD HH:MM:SS', ISO 8601 or a number since 1970",
  },
  {
    what: 'a row without a symbol',
    name: 'x.csv',
    content: 'symbol,time,open,high,low,close,volume\n1,2020-01-01,1,1,1,1,1\n,2020-01-02,1,1,1,1,1\n',
    changes: { columns: { symbol: 'symbol' } },
    message: "x.csv: column 'symbol', row 3: no symbol",
  },
  {
    what: 'a price column that is also the symbol',
    name: 'x.csv',
    content: HEADER + GOOD,
    changes: { columns: { symbol: 'volume' } },
    message: "x.csv: column 'volume' is asked for as 'volume' and as time or symbol; mend source.columns",
  },
  {
    what: 'a line break inside quotes',
    name: 'x.csv',
    content: 'time,open,high,low,close,volume,note\n2020-01-01,1,1,1,1,1,"two\nlines"\n2020-01-02,1,1,1,1,1,one\n',
    message:
      "x.csv: column 'time', row 3: 'lines' is not a time; expected 'YYYY-MM-DD HH:MM:SS', ISO 8601 or a number since 1970",
  },
  {
    what: 'bytes that are not UTF-8',
    name: 'x.csv',
    content: Buffer.from(`${HEADER}2020-01-01,1,1,1,1,\xff\n`, 'latin1'),
    message: 'x.csv: not UTF-8 text between rows 2 and 2; save it as UTF-8',
  },
  {
    what: 'UTF-16',
    name: 'x.csv',
    content: Buffer.from(`\uFEFF${HEADER}${GOOD}`, 'utf16le'),
    message: 'x.csv: not UTF-8 text (UTF-16 or binary); save it as UTF-8',
  },
  {
    what: 'a truncated archive',
    name: 'x.csv.gz',
    content: PACKED.subarray(0, PACKED.length - 100),
    message: 'x.csv.gz: the gzip archive is truncated: it ends in the middle',
  },
  {
    what: 'an archive that is none',
    name: 'x.csv.gz',
    content: HEADER + GOOD,
    message: 'x.csv.gz: not a gzip archive, or a damaged one (Z_DATA_ERROR)',
  },
  {
    what: 'an archive without its ending',
    name: 'x.csv',
    content: PACKED,
    message: "x.csv: this is a gzip archive; give its name the ending '.gz'",
  },
  {
    what: 'text named Parquet',
    name: 'x.parquet',
    content: HEADER + GOOD,
    message: "x.parquet: cannot be read as Parquet: it does not end in 'PAR1', as every Parquet file does",
  },
  {
    what: 'an unknown zone',
    name: 'x.csv',
    content: HEADER + GOOD,
    changes: { timeZone: 'Mars/Olympus' },
    message: "source.timeZone 'Mars/Olympus' is no IANA time zone; expected for example 'UTC' or 'America/New_York'",
  },
  {
    what: 'one row without a timeframe',
    name: 'x.csv',
    content: barsAt(['2020-01-01']),
    message:
      'x.csv: the distance between bars cannot be told from 1 row(s) without two different times; give source.timeframeMinutes',
  },
];

it.each(CASES)('refuses $what', async ({ name, content, message, changes }) => {
  folder.write(name, content);
  const symbol = changes?.columns?.symbol === undefined ? 'x' : '1';
  expect(await sourceOf(folder, [name], changes).open(symbol)).toMatchObject({
    ok: false,
    fault: { code: 'InvalidSource', message },
  });
});

it('names file, column, row and value in the details', async () => {
  folder.write('x.csv', `${HEADER}${GOOD}2020-01-03,1,1,abc,1,1\n`);
  const opened = await sourceOf(folder, ['x.csv']).open('x');
  expect(opened.ok ? null : opened.fault.details).toEqual({ file: 'x.csv', column: 'low', row: 4, value: 'abc' });
});

it('names the first of several faults far down, as the fault of a thrown SourceError', async () => {
  const rows = Array.from(
    { length: 300_000 },
    (_, i) => `${1.5e9 + i * 60},1,1,${i === 270_000 || i === 280_000 ? 'oops' : '1'},1,1`,
  );
  folder.write('x.csv', HEADER + rows.join('\n'));
  const series = await openSeries(sourceOf(folder, ['x.csv']), 'x');
  const error = await readAll(series).catch((thrown: unknown) => thrown);
  expect(sourceFault(error)).toEqual({
    code: 'InvalidSource',
    message: "x.csv: column 'low', row 270002: 'oops' is not a number",
    details: { file: 'x.csv', column: 'low', row: 270_002, value: 'oops' },
  });
  expect(sourceFault(new Error('other'))).toBeNull();
});

it('finds a row without a symbol when listing', async () => {
  folder.write('x.csv', 'symbol,time,open,high,low,close,volume\nA,2020-01-01,1,1,1,1,1\n,2020-01-02,1,1,1,1,1\n');
  const fault = { code: 'InvalidSource', message: "x.csv: column 'symbol', row 3: no symbol" };
  expect(await sourceOf(folder, ['x.csv'], { columns: { symbol: 'symbol' } }).list()).toMatchObject({
    ok: false,
    fault,
  });
});
