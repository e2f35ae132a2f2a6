import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pl, type DataFrame, type Series } from 'nodejs-polars';
import { closeTimes, createFolder, openSeries, readAll, sourceOf, type Folder } from './support';

const START_MS = Date.UTC(2020, 5, 1);
const STAMPS_MS = [START_MS, START_MS + 3_600_000, START_MS + 7_200_000];
const UTC_TIMES = STAMPS_MS.map((stamp) => new Date(stamp).toISOString());

let folder: Folder;
beforeEach(() => {
  folder = createFolder();
});
afterEach(() => folder.remove());

function prices(): DataFrame {
  return pl.DataFrame({
    open: [1, 2, 3],
    high: [4, 5, 6],
    low: [0.5, 1.5, 2.5],
    close: [2, null, 4],
    volume: [10, 20, 30],
  });
}

function writeBars(name: string, time: Series, changes: (frame: DataFrame) => DataFrame = (frame) => frame): void {
  changes(prices().withColumn(time.alias('time'))).writeParquet(join(folder.path, name));
}

function epoch(factor = 1) {
  return pl
    .Series(
      'time',
      STAMPS_MS.map((stamp) => stamp * factor),
      pl.Float64,
    )
    .cast(pl.Int64);
}

it('reads columns, NaN for nulls, and leaves nothing behind', async () => {
  writeBars('x.parquet', epoch().cast(pl.Datetime('ms')));
  const series = await openSeries(sourceOf(folder, ['x.parquet']), 'x');
  const bars = await readAll(series);
  expect(series.stampNote).toBe('naive stamps read as bar opens in UTC, timeframe 60 min');
  expect([...bars.time]).toEqual(STAMPS_MS.map((stamp) => stamp + 3_600_000));
  expect([...bars.high]).toEqual([4, 5, 6]);
  expect([...bars.close]).toEqual([2, NaN, 4]);
  expect([...bars.volume]).toEqual([10, 20, 30]);
});

it('reads a gzipped file through a copy that it removes', async () => {
  writeBars('plain.parquet', epoch().cast(pl.Datetime('ms', 'UTC')));
  folder.write('x.parquet.gz', gzipSync(readFileSync(join(folder.path, 'plain.parquet'))));
  expect(await closeTimes(folder, 'x.parquet.gz')).toEqual(UTC_TIMES);
  expect(readdirSync(join(folder.path, 'temp'))).toEqual([]);
});

it.each([
  ['milliseconds', () => epoch(1).cast(pl.Datetime('ms'))],
  ['microseconds', () => epoch(1e3).cast(pl.Datetime('us'))],
  ['nanoseconds', () => epoch(1e6).cast(pl.Datetime('ns'))],
])('reads wall-clock datetimes in %s in the configured zone', async (_name, time) => {
  writeBars('x.parquet', time());
  expect(await closeTimes(folder, 'x.parquet')).toEqual(UTC_TIMES);
  const inNewYork = STAMPS_MS.map((stamp) => new Date(stamp + 4 * 3_600_000).toISOString());
  expect(await closeTimes(folder, 'x.parquet', { timeZone: 'America/New_York' })).toEqual(inNewYork);
});

it.each([
  ['datetimes with a zone', () => epoch().cast(pl.Datetime('ms', 'UTC'))],
  ['whole numbers', () => epoch()],
  ['floats', () => epoch().cast(pl.Float64)],
  ['nanoseconds since 1970', () => epoch(1e6)],
  ['text with an offset', () => pl.Series('time', UTC_TIMES)],
])('reads %s as instants, whatever the configured zone', async (_name, time) => {
  writeBars('x.parquet', time());
  expect(await closeTimes(folder, 'x.parquet', { timeZone: 'America/New_York' })).toEqual(UTC_TIMES);
});

it('reads dates as midnight in the configured zone, and a missing one as NaN', async () => {
  const days = pl
    .Series('time', [START_MS, null, START_MS + 86_400_000], pl.Float64)
    .cast(pl.Int64)
    .cast(pl.Datetime('ms'))
    .cast(pl.Date);
  writeBars('x.parquet', days);
  expect(await closeTimes(folder, 'x.parquet', { timeZone: 'Europe/London' })).toEqual([
    '2020-05-31T23:00:00.000Z',
    'missing',
    '2020-06-01T23:00:00.000Z',
  ]);
});

it('reads text and whole numbers as prices', async () => {
  writeBars('x.parquet', epoch(), (frame) =>
    frame.withColumns(pl.Series('open', ['1', ' 2.5 ', null]), pl.col('volume').cast(pl.Int32)),
  );
  const bars = await readAll(await openSeries(sourceOf(folder, ['x.parquet']), 'x'));
  expect([...bars.open]).toEqual([1, 2.5, NaN]);
  expect([...bars.volume]).toEqual([10, 20, 30]);
});

it('splits a file by its symbol column', async () => {
  writeBars('x.parquet', epoch(), (frame) => frame.withColumn(pl.Series('sym', ['B', 'A', 'B'])));
  const source = sourceOf(folder, ['x.parquet'], { columns: { symbol: 'sym' }, timeframeMinutes: 60 });
  const listed = await source.list();
  expect(listed.ok && listed.value.map((entry) => entry.symbol)).toEqual(['A', 'B']);
  expect([...(await readAll(await openSeries(source, 'B'))).open]).toEqual([1, 3]);
});

it.each([
  [
    'text that is no number, naming the row among all symbols',
    (frame: DataFrame) => frame.withColumns(pl.Series('open', ['1', '2', 'x']), pl.Series('sym', ['B', 'A', 'B'])),
    "x.parquet: column 'open', row 3: 'x' is not a number",
  ],
  [
    'a price column of another type',
    (frame: DataFrame) => frame.withColumns(pl.Series('open', [true, false, true]), pl.Series('sym', ['B', 'A', 'B'])),
    "x.parquet: column 'open' (open) holds Bool; expected numbers",
  ],
  [
    'a time column of another type',
    (frame: DataFrame) => frame.withColumns(pl.Series('time', [true, false, true]), pl.Series('sym', ['B', 'A', 'B'])),
    "x.parquet: column 'time' holds Bool; expected datetimes, text or numbers since 1970",
  ],
])('refuses %s', async (_name, changes, message) => {
  writeBars('x.parquet', epoch(), changes);
  const opened = await sourceOf(folder, ['x.parquet'], { columns: { symbol: 'sym' } }).open('B');
  expect(opened).toMatchObject({ ok: false, fault: { code: 'InvalidSource', message } });
});

it('names the row of the whole file where a symbol begins far down', async () => {
  const rowCount = 10_500;
  const price = Array.from({ length: rowCount }, (_, i) => (i === rowCount - 1 ? 'x' : '1'));
  const sym = price.map((text) => (text === 'x' ? 'B' : 'A'));
  const time = price.map((_, i) => START_MS + i * 60_000);
  pl.DataFrame({ time, open: price, high: price, low: price, close: price, volume: price, sym }).writeParquet(
    join(folder.path, 'x.parquet'),
  );
  const opened = await sourceOf(folder, ['x.parquet'], { columns: { symbol: 'sym' } }).open('B');
  expect(opened).toMatchObject({
    ok: false,
    fault: { code: 'InvalidSource', details: { column: 'open', row: rowCount, value: 'x' } },
  });
});

it('takes a path with brackets literally', async () => {
  writeBars('x[1].parquet', epoch());
  expect(await closeTimes(folder, 'x[1].parquet')).toEqual(UTC_TIMES);
});

it('passes a doubled hour twice', async () => {
  const clock = ['00:00', '01:00', '01:00'].map((text) => Date.parse(`2021-11-07T${text}Z`));
  writeBars('x.parquet', pl.Series('time', clock, pl.Float64).cast(pl.Int64).cast(pl.Datetime('ms')));
  const times = await closeTimes(folder, 'x.parquet', { timeZone: 'America/New_York' });
  expect(times.map((time) => time.slice(11, 16))).toEqual(['04:00', '05:00', '06:00']);
});

it('refuses a missing column, with the columns found', async () => {
  pl.DataFrame({ time: [1], open: [1] }).writeParquet(join(folder.path, 'x.parquet'));
  const message = "x.parquet: no column for 'high'; the header has 'time', 'open'; name it under source.columns.high";
  expect(await sourceOf(folder, ['x.parquet']).open('x')).toMatchObject({
    ok: false,
    fault: { code: 'InvalidSource', message },
  });
});

it('refuses a file cut short', async () => {
  writeBars('whole.parquet', epoch());
  folder.write('x.parquet', readFileSync(join(folder.path, 'whole.parquet')).subarray(0, 200));
  expect(await sourceOf(folder, ['x.parquet']).open('x')).toMatchObject({
    ok: false,
    fault: { code: 'InvalidSource' },
  });
});
