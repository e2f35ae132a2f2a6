import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { barsAt, createFolder, openSeries, readAll, sourceOf, type Folder } from './support';

const COMMA =
  'Time,Open,High,Low,Close,Volume\n2020-01-01 00:00:00,1,4,0.5,2,10\n2020-01-01 01:00:00,2,5,1.5,3,20\n2020-01-01 02:00:00,3,6,2.5,4,30\n';
const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2020, 0, 1);

let folder: Folder;
beforeEach(() => {
  folder = createFolder();
});
afterEach(() => folder.remove());

async function expectTheThreeBars(paths: readonly string[], symbol: string, changes = {}): Promise<void> {
  const series = await openSeries(sourceOf(folder, paths, changes), symbol);
  const bars = await readAll(series);
  expect(series.timeframeMs).toBe(HOUR_MS);
  expect([...bars.time]).toEqual([START_MS + HOUR_MS, START_MS + 2 * HOUR_MS, START_MS + 3 * HOUR_MS]);
  expect([...bars.open]).toEqual([1, 2, 3]);
  expect([...bars.high]).toEqual([4, 5, 6]);
  expect([...bars.low]).toEqual([0.5, 1.5, 2.5]);
  expect([...bars.close]).toEqual([2, 3, 4]);
  expect([...bars.volume]).toEqual([10, 20, 30]);
}

describe('formats', () => {
  it.each([
    ['comma', COMMA],
    ['tab', COMMA.replaceAll(',', '\t')],
    ['semicolon', COMMA.replaceAll(',', ';')],
    ['bar', COMMA.replaceAll(',', '|')],
    ['Windows line ends', COMMA.replaceAll('\n', '\r\n')],
    ['no line end at the end', COMMA.trimEnd()],
    ['byte order mark', `\uFEFF${COMMA}`],
    ['quotes', COMMA.replaceAll(/[^,\n]+/g, '"$&"')],
    ['blank lines', COMMA.replaceAll('\n', '\n\n')],
    ['spaces around numbers', COMMA.replaceAll(',', ' , ').replace('Time ', 'Time')],
    ['a delimiter at the end of each row', COMMA.replaceAll('\n', ',\n').replace('Volume,', 'Volume')],
    ['MetaTrader names, date and time apart', metaTrader()],
    ['other order and other columns', reordered()],
    ['short names in capitals', COMMA.replace('Time,Open,High,Low,Close,Volume', 'TIMESTAMP,O,H,L,C,TICK_VOLUME')],
  ])('reads text with %s', async (_name, content) => {
    folder.write('EURUSD.h1.csv', content);
    folder.writeGzip('packed.txt.gz', content);
    await expectTheThreeBars(['EURUSD.*'], 'EURUSD');
    await expectTheThreeBars(['packed.txt.gz'], 'packed');
  });

  it('reads columns by their configured names and a configured delimiter', async () => {
    folder.write(
      'x.csv',
      COMMA.replaceAll(',', '#').replace('Time#Open#High#Low#Close#Volume', 'when#first#max#min#final#lots'),
    );
    const columns = { time: 'when', open: 'first', high: 'MAX', low: 'min', close: 'final', volume: 'lots' };
    await expectTheThreeBars(['x.csv'], 'x', { columns, delimiter: '#' });
  });

  it('prefers a configured column to the usual one', async () => {
    folder.write('x.csv', 'time,open,high,low,close,adj,volume\n2020-01-01,1,1,1,1,7,1\n2020-01-02,1,1,1,1,8,1\n');
    const bars = await readAll(await openSeries(sourceOf(folder, ['x.csv'], { columns: { close: 'adj' } }), 'x'));
    expect([...bars.close]).toEqual([7, 8]);
  });

  it('takes one column for several prices', async () => {
    folder.write('x.csv', 'time,price,volume\n2020-01-01,5,1\n2020-01-02,6,1\n');
    const columns = { open: 'price', high: 'price', low: 'price', close: 'price' };
    const bars = await readAll(await openSeries(sourceOf(folder, ['x.csv'], { columns }), 'x'));
    expect([bars.open, bars.high, bars.low, bars.close].map((prices) => [...prices])).toEqual(Array(4).fill([5, 6]));
  });

  it('gives NaN for empty fields and the usual marks of missing values', async () => {
    folder.write(
      'x.csv',
      'time,open,high,low,close,volume\n2020-01-01,,NaN,1,1,1\n,1,1,N/A,null,-\n2020-01-02,1,1,1,1\n',
    );
    const bars = await readAll(await openSeries(sourceOf(folder, ['x.csv']), 'x'));
    expect([...bars.open]).toEqual([NaN, 1, 1]);
    expect([...bars.high]).toEqual([NaN, 1, 1]);
    expect([...bars.low]).toEqual([1, NaN, 1]);
    expect([...bars.close]).toEqual([1, NaN, 1]);
    expect([...bars.volume]).toEqual([1, NaN, NaN]);
    expect(bars.time[1]).toBeNaN();
  });

  it('reads a piece the same way through Polars and line by line', async () => {
    const rows = Array.from(
      { length: 500 },
      (_, i) => `${START_MS + i * 60_000},${i / 7},${1e-7 * i},-${i * 1e15},${i}.5e-3,inf`,
    );
    const header = 'time,open,high,low,close,volume';
    folder.write('fast.csv', [header, ...rows].join('\n'));
    folder.write('careful.csv', [header, '', ...rows].join('\n'));
    const source = sourceOf(folder, ['*.csv']);
    expect(await readAll(await openSeries(source, 'careful'))).toEqual(await readAll(await openSeries(source, 'fast')));
  });

  it('hands out a long file in several chunks, twice the same', async () => {
    const rowCount = 260_000;
    const stamps = Array.from({ length: rowCount }, (_, i) => START_MS / 1000 + i * 60);
    folder.writeGzip('long.csv.gz', barsAt(stamps));
    const series = await openSeries(sourceOf(folder, ['*.gz']), 'long');
    const sizes: number[] = [];
    for await (const chunk of series.chunks()) sizes.push(chunk.time.length);
    expect(sizes).toEqual([250_000, 10_000]);
    const bars = await readAll(series);
    expect(bars.time.every((time, i) => time === START_MS + (i + 1) * 60_000)).toBe(true);
  });
});

describe('which symbols there are', () => {
  it('lists the files of a glob by symbol, each once', async () => {
    for (const name of ['b.csv', 'a.x.csv', 'C.tsv']) folder.write(name, COMMA);
    const listed = await sourceOf(folder, ['*.csv', 'b.csv', join(folder.path, '*.tsv')]).list();
    expect(listed).toEqual({
      ok: true,
      value: [
        { symbol: 'C', origin: 'C.tsv' },
        { symbol: 'a', origin: 'a.x.csv' },
        { symbol: 'b', origin: 'b.csv' },
      ],
    });
  });

  it('takes a path that exists literally, brackets and all', async () => {
    folder.write('x[1].csv', COMMA);
    await expectTheThreeBars(['x[1].csv'], 'x[1]');
  });

  it('splits a file by its symbol column', async () => {
    folder.write(
      'all.csv',
      'symbol,time,open,high,low,close,volume\nB,2020-01-01,1,1,1,1,1\nA,2020-01-01,2,2,2,2,2\nB,2020-01-02,3,3,3,3,3\n600,2020-01-02,4,4,4,4,4\n',
    );
    const source = sourceOf(folder, ['all.csv'], { columns: { symbol: 'symbol' }, timeframeMinutes: 1440 });
    const listed = await source.list();
    expect(listed.ok && listed.value.map((entry) => entry.symbol)).toEqual(['600', 'A', 'B']);
    expect([...(await readAll(await openSeries(source, 'B'))).open]).toEqual([1, 3]);
    expect([...(await readAll(await openSeries(source, '600'))).open]).toEqual([4]);
    expect(await source.open('Z')).toMatchObject({
      ok: false,
      fault: { code: 'SourceNotFound', message: "no symbol 'Z' in all.csv" },
    });
  });

  it('lets text in the rows of one symbol be no fault of another, and names its line', async () => {
    folder.write(
      'all.csv',
      'symbol,time,open,high,low,close,volume\nA,2020-01-01,1,1,1,1,1\nB,2020-01-01,bad,1,1,1,1\nA,2020-01-02,1,1,1,1,1\n',
    );
    const source = sourceOf(folder, ['all.csv'], { columns: { symbol: 'symbol' }, timeframeMinutes: 1440 });
    expect([...(await readAll(await openSeries(source, 'A'))).open]).toEqual([1, 1]);
    expect(await source.open('B')).toMatchObject({
      ok: false,
      fault: { code: 'InvalidSource', details: { column: 'open', row: 3, value: 'bad' } },
    });
  });

  it('counts lines of the whole file where it names a row of one symbol', async () => {
    folder.write('all.csv', 'symbol,time,open,high,low,close,volume\nA,2020-01-01,1,1,1,1,1\nB,noon,1,1,1,1,1\n');
    const opened = await sourceOf(folder, ['all.csv'], { columns: { symbol: 'symbol' } }).open('B');
    expect(opened).toMatchObject({ ok: false, fault: { details: { column: 'time', row: 3, value: 'noon' } } });
  });

  it('finds a symbol in the second of two files with a symbol column', async () => {
    folder.write('one.csv', 'symbol,time,open,high,low,close,volume\nA,2020-01-01,1,1,1,1,1\n');
    folder.write('two.csv', 'symbol,time,open,high,low,close,volume\nB,2020-01-01,2,2,2,2,2\n');
    const source = sourceOf(folder, ['*.csv'], { columns: { symbol: 'symbol' }, timeframeMinutes: 1440 });
    expect([...(await readAll(await openSeries(source, 'B'))).open]).toEqual([2]);
  });

  it.each([
    ['two files of one name', {}],
    ['two files with one symbol in their column', { columns: { symbol: 'Exchange' } }],
  ])('refuses %s', async (_name, changes) => {
    const withExchange = COMMA.replaceAll('\n', ',Q\n').replace('Q', 'Exchange').replace('Q', 'N');
    folder.write('a.csv', withExchange);
    folder.write('a.h1.csv', withExchange);
    const fault = {
      code: 'InvalidSource',
      message: expect.stringMatching(/^symbol '(a|N)' comes from two files, a\.csv and a\.h1\.csv/) as string,
    };
    expect(await sourceOf(folder, ['a.h1.csv', 'a.csv'], changes).list()).toMatchObject({ ok: false, fault });
  });

  it.each([
    ['a glob without files', '*.parquet', "'*.parquet' names no file"],
    ['an absent path', 'nowhere/x.csv', "'nowhere/x.csv' names no file"],
    ['a folder', 'folder/', "'folder/' is a folder; name its files, for example 'folder/*.csv'"],
  ])('does not find %s', async (_name, path, message) => {
    mkdirSync(join(folder.path, 'folder'));
    folder.write('a.csv', COMMA);
    const fault = { code: 'SourceNotFound', message: expect.stringContaining(message) as string };
    expect(await sourceOf(folder, ['a.csv', path]).list()).toMatchObject({ ok: false, fault });
    expect(await sourceOf(folder, ['a.csv', path]).open('a')).toMatchObject({ ok: false, fault });
  });

  it('refuses a file whose name says no format', async () => {
    folder.write('notes.md', 'x');
    expect(await sourceOf(folder, ['*']).list()).toMatchObject({
      ok: false,
      fault: { code: 'InvalidSource', details: { file: 'notes.md' } },
    });
  });
});

describe('fingerprint', () => {
  it('is that of the opened series, and changes with the bytes and the symbol only', async () => {
    folder.write('a.csv', COMMA);
    folder.write('b.csv', COMMA);
    const source = sourceOf(folder, ['*.csv']);
    const of = async (symbol: string) => {
      const fingerprint = await source.fingerprint(symbol);
      return fingerprint.ok ? fingerprint.value : fingerprint.fault.code;
    };
    const before = await of('a');
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    expect((await openSeries(source, 'a')).fingerprint).toBe(before);
    expect(await of('b')).not.toBe(before);
    expect(await of('c')).toBe('SourceNotFound');
    folder.write('a.csv', COMMA);
    expect(await of('a')).toBe(before);
    folder.write('a.csv', COMMA.replace('30\n', '31\n'));
    expect(await of('a')).not.toBe(before);
  });

  it('does not parse', async () => {
    folder.write('a.csv', 'no bars at all');
    expect((await sourceOf(folder, ['a.csv']).fingerprint('a')).ok).toBe(true);
  });
});

describe('files that go away', () => {
  it('says so when the file has gone between opening and reading', async () => {
    folder.write('a.csv', COMMA);
    const series = await openSeries(sourceOf(folder, ['a.csv']), 'a');
    rmSync(join(folder.path, 'a.csv'));
    await expect(readAll(series)).rejects.toMatchObject({
      code: 'SourceNotFound',
      message: 'a.csv: there is no such file (ENOENT)',
    });
  });

  it('calls a file that may not be read unavailable', async () => {
    // A link to itself fails for every user, root included, where a file without rights would not.
    symlinkSync(join(folder.path, 'loop.csv'), join(folder.path, 'loop.csv'));
    expect(await sourceOf(folder, ['loop.csv']).list()).toMatchObject({
      ok: false,
      fault: { code: 'SourceUnavailable' },
    });
    folder.write('locked.csv', COMMA);
    chmodSync(join(folder.path, 'locked.csv'), 0o000);
    const opened = await sourceOf(folder, ['locked.csv']).open('locked');
    expect(opened.ok ? 'root' : opened.fault.code).toBe(process.getuid?.() === 0 ? 'root' : 'SourceUnavailable');
    expect(readdirSync(folder.path)).not.toContain('temp');
  });
});

function metaTrader(): string {
  const head = '<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n';
  const rows = COMMA.trimEnd().split('\n').slice(1);
  return (
    head + rows.map((row) => `${row.replace('2020-01-01 ', '2020.01.01,').replaceAll(',', '\t')}\t0\t12\n`).join('')
  );
}

function reordered(): string {
  const rows = COMMA.trimEnd().split('\n');
  return rows
    .map((row) => `${row.split(',').reverse().join(',')},x\n`)
    .join('')
    .replace('Time,x', 'Time,Comment');
}
