import fc from 'fast-check';
import { commonestDistance } from '../../../shared/sources/files/timeframe';
import { parseStamp } from '../../../shared/sources/files/stamp-text';
import { zoneClock } from '../../../shared/sources/files/zone-clock';
import { barsAt, closeTimes, createFolder, openSeries, readAll, sourceOf, type Folder } from './support';

let folder: Folder;
beforeEach(() => {
  folder = createFolder();
});
afterEach(() => folder.remove());

describe('one stamp', () => {
  const noon = Date.UTC(2021, 2, 5, 12, 30, 15);
  it.each([
    ['2021-03-05 12:30:15', 'naive', noon],
    ['2021-03-05T12:30:15', 'naive', noon],
    ['2021.03.05 12:30:15', 'naive', noon],
    ['2021/3/5 12:30:15', 'naive', noon],
    ['20210305 123015', 'naive', noon],
    ['20210305T123015Z', 'offset', noon],
    ['2021-03-05 12:30', 'naive', noon - 15_000],
    ['2021-03-05', 'naive', Date.UTC(2021, 2, 5)],
    ['20210305', 'naive', Date.UTC(2021, 2, 5)],
    ['2021-03-05 24:00', 'naive', Date.UTC(2021, 2, 6)],
    ['2021-03-05T12:30:15.250Z', 'offset', noon + 250],
    ['2021-03-05 12:30:15.000000001 UTC', 'offset', noon],
    ['2021-03-05T12:30:15+05:30', 'offset', noon - 5.5 * 3_600_000],
    ['2021-03-05 12:30:15-0500', 'offset', noon + 5 * 3_600_000],
    ['2021-03-05T12:30:15+01', 'offset', noon - 3_600_000],
    ['1614947415', 'epoch', 1614947415],
    ['1614947415.5', 'epoch', 1614947415.5],
    ['-86400', 'epoch', -86400],
    ['99999999', 'epoch', 99999999],
  ])('reads %s', (text, kind, value) => {
    expect(parseStamp(text)).toEqual({ kind, value });
  });

  it.each([
    '',
    'noon',
    '05/03/2021',
    '2021-13-01',
    '2021-02-29',
    '2021-03-05 25:00',
    '2021-03-05 24:01',
    '2021-03-05 12:60',
    '0001-01-01',
    '2021-03/05',
    '2021-03-05 12:30:15+19:00',
  ])('refuses %p', (text) => {
    expect(parseStamp(text)).toBeNull();
  });

  it('reads back every instant that Date writes', () => {
    const instants = fc.date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, (date) =>
        expect(parseStamp(date.toISOString())).toEqual({ kind: 'offset', value: date.getTime() }),
      ),
    );
  });
});

describe('numbers since 1970', () => {
  const isoHours = ['2020-01-01T00:00:00.000Z', '2020-01-01T01:00:00.000Z'];
  const seconds = Date.UTC(2020, 0, 1) / 1000;
  it.each([
    ['seconds', 1, ''],
    ['seconds', 1, '.0'],
    ['milliseconds', 1e3, ''],
    ['microseconds', 1e6, ''],
    ['nanoseconds', 1e9, ''],
  ])('reads %s', async (unit, factor, ending) => {
    folder.write('x.csv', barsAt([`${seconds * factor}${ending}`, `${(seconds + 3600) * factor}${ending}`]));
    expect(await closeTimes(folder, 'x.csv', { timeZone: 'Asia/Tokyo' })).toEqual(isoHours);
    const series = await openSeries(sourceOf(folder, ['x.csv'], { stamp: 'close' }), 'x');
    expect(series.stampNote).toBe(`stamps in ${unit} since 1970 read as bar closes, timeframe 60 min`);
  });

  it('refuses two units in one file', async () => {
    folder.write('x.csv', barsAt([seconds, seconds * 1000]));
    const message = `x.csv: column 'time' counts in two units: seconds in row 2, but '${seconds * 1000}' in row 3 are milliseconds`;
    expect(await sourceOf(folder, ['x.csv']).open('x')).toMatchObject({
      ok: false,
      fault: { code: 'InvalidSource', message },
    });
  });
});

describe('open and close', () => {
  it('adds one timeframe to stamps of opens and none to stamps of closes', async () => {
    folder.write('x.csv', barsAt(['2020-01-01 00:00', '2020-01-01 00:05']));
    const opens = await openSeries(sourceOf(folder, ['x.csv'], { stamp: 'open' }), 'x');
    const closes = await openSeries(sourceOf(folder, ['x.csv'], { stamp: 'close' }), 'x');
    expect(opens.stampNote).toBe('naive stamps read as bar opens in UTC, timeframe 5 min');
    expect(closes.stampNote).toBe('naive stamps read as bar closes in UTC, timeframe 5 min');
    expect((await readAll(opens)).time[0]).toBe(Date.UTC(2020, 0, 1, 0, 5));
    expect((await readAll(closes)).time[0]).toBe(Date.UTC(2020, 0, 1));
  });

  it('takes the configured timeframe before the one seen', async () => {
    folder.write('x.csv', barsAt(['2020-01-01 00:00', '2020-01-01 00:05']));
    const series = await openSeries(sourceOf(folder, ['x.csv'], { timeframeMinutes: 30 }), 'x');
    expect(series.timeframeMs).toBe(1_800_000);
    expect((await readAll(series)).time[0]).toBe(Date.UTC(2020, 0, 1, 0, 30));
  });
});

describe('the commonest distance', () => {
  it.each([
    ['the commonest, not the smallest', [0, 1, 6, 11, 16], 5],
    ['of rows that descend', [20, 15, 10, 0], 5],
    ['of shuffled rows with duplicates and missing stamps', [10, NaN, 0, 10, 15, 5, 15], 5],
    ['the smaller of two as common', [0, 10, 15, 25, 30], 5],
    ['none of a single instant', [7, 7, NaN], null],
  ])('is %s', (_name, instants, expected) => {
    expect(commonestDistance(Float64Array.from(instants))).toBe(expected);
  });
});

describe('wall clocks around the changes of a year', () => {
  it('New York in March: the skipped hour is shifted forward', async () => {
    folder.write(
      'x.csv',
      barsAt(['2021-03-14 01:30', '2021-03-14 02:00', '2021-03-14 02:30', '2021-03-14 03:30', '2021-03-14 04:00']),
    );
    expect(await closeTimes(folder, 'x.csv', { timeZone: 'America/New_York' })).toEqual([
      '2021-03-14T06:30:00.000Z',
      '2021-03-14T07:00:00.000Z',
      '2021-03-14T07:30:00.000Z',
      '2021-03-14T07:30:00.000Z',
      '2021-03-14T08:00:00.000Z',
    ]);
  });

  it('New York in November: ascending rows pass the doubled hour twice', async () => {
    folder.write(
      'x.csv',
      barsAt([
        '2021-11-07 00:30',
        '2021-11-07 01:00',
        '2021-11-07 01:30',
        '2021-11-07 01:00',
        '2021-11-07 01:30',
        '2021-11-07 02:00',
      ]),
    );
    const times = await closeTimes(folder, 'x.csv', { timeZone: 'America/New_York' });
    expect(times.map((time) => time.slice(11, 16))).toEqual(['04:30', '05:00', '05:30', '06:00', '06:30', '07:00']);
  });

  it('hourly bars: the same stamp twice is the first hour and then the second', async () => {
    folder.write('x.csv', barsAt(['2021-11-07 00:00', '2021-11-07 01:00', '2021-11-07 01:00', '2021-11-07 02:00']));
    const times = await closeTimes(folder, 'x.csv', { timeZone: 'America/New_York' });
    expect(times.map((time) => time.slice(11, 16))).toEqual(['04:00', '05:00', '06:00', '07:00']);
  });

  it('a duplicate of the second pass stays a duplicate', async () => {
    folder.write('x.csv', barsAt(['2021-11-07 01:00', '2021-11-07 01:00', '2021-11-07 01:00', '2021-11-07 02:00']));
    const times = await closeTimes(folder, 'x.csv', { timeZone: 'America/New_York' });
    expect(times.map((time) => time.slice(11, 16))).toEqual(['05:00', '06:00', '06:00', '07:00']);
  });

  it('rows that descend, or a single row, take the first occurrence', async () => {
    folder.write('down.csv', barsAt(['2021-11-07 03:00', '2021-11-07 02:00', '2021-11-07 01:30', '2021-11-07 00:30']));
    const times = await closeTimes(folder, 'down.csv', { timeZone: 'America/New_York' });
    expect(times.map((time) => time.slice(11, 16))).toEqual(['08:00', '07:00', '05:30', '04:30']);
  });

  it('London at both changes', async () => {
    folder.write('spring.csv', barsAt(['2022-03-27 00:59', '2022-03-27 01:15', '2022-03-27 02:00']));
    folder.write(
      'autumn.csv',
      barsAt(['2022-10-30 00:59', '2022-10-30 01:15', '2022-10-30 01:15', '2022-10-30 02:00']),
    );
    const zone = { timeZone: 'Europe/London' };
    expect((await closeTimes(folder, 'spring.csv', zone)).map((time) => time.slice(11, 16))).toEqual([
      '00:59',
      '01:15',
      '01:00',
    ]);
    expect((await closeTimes(folder, 'autumn.csv', zone)).map((time) => time.slice(8, 16))).toEqual([
      '29T23:59',
      '30T00:15',
      '30T01:15',
      '30T02:00',
    ]);
  });

  it('each symbol of a shared file passes the doubled hour by itself', async () => {
    const rows = ['A,2021-11-07 01:00', 'B,2021-11-07 01:00', 'A,2021-11-07 02:00', 'B,2021-11-07 02:00'];
    folder.write(
      'x.csv',
      ['symbol,time,open,high,low,close,volume', ...rows.map((row) => `${row},1,1,1,1,1`)].join('\n'),
    );
    const source = sourceOf(folder, ['x.csv'], {
      timeZone: 'America/New_York',
      stamp: 'close',
      columns: { symbol: 'symbol' },
    });
    expect([...(await readAll(await openSeries(source, 'B'))).time]).toEqual([
      Date.UTC(2021, 10, 7, 5),
      Date.UTC(2021, 10, 7, 7),
    ]);
  });

  it.each([
    'America/New_York',
    'Europe/London',
    'Africa/Casablanca',
    'Australia/Lord_Howe',
    'Asia/Kolkata',
    'America/Sao_Paulo',
    'Pacific/Apia',
  ])('brings every instant back that a clock in %s shows, ascending', (zone) => {
    const show = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    const clock = zoneClock(zone)!;
    // Ten days around a random hour, every quarter of an hour, so that most samples of many cross a change.
    const starts = fc.integer({ min: Date.UTC(2010, 11, 1) / 3_600_000, max: Date.UTC(2024, 0, 1) / 3_600_000 });
    fc.assert(
      fc.property(starts, (startHour) => {
        let previous = NaN;
        for (let quarter = 0; quarter < 960; quarter += 1) {
          const instant = startHour * 3_600_000 + quarter * 900_000;
          const shown = parseStamp(show.format(instant))!;
          const read = clock.toInstant(shown.value, previous);
          // The first rows may lie in a doubled hour whose first pass is not in the sample.
          if (read !== instant && quarter >= 8)
            throw new Error(`${zone}: ${show.format(instant)} read as ${new Date(read).toISOString()}`);
          previous = read;
        }
      }),
      { numRuns: 12, seed: 3 },
    );
  });
});

describe('stamps in two zones', () => {
  it('takes different offsets as instants', async () => {
    folder.write('x.csv', barsAt(['2021-03-28T01:00:00+01:00', '2021-03-28T03:00:00+02:00', '2021-03-28T02:00:00Z']));
    const times = await closeTimes(folder, 'x.csv', { timeZone: 'Asia/Tokyo' });
    expect(times.map((time) => time.slice(11, 16))).toEqual(['00:00', '01:00', '02:00']);
    const series = await openSeries(sourceOf(folder, ['x.csv']), 'x');
    expect(series.stampNote).toBe('stamps with their own offset read as bar opens, timeframe 60 min');
  });

  it.each([
    [['2021-03-28 01:00', '2021-03-28T02:00Z'], 'row 3', 'row 2'],
    [['2021-03-28T02:00+01:00', '2021-03-28 01:00'], 'row 2', 'row 3'],
    [['1614947415', '2021-03-28 01:00'], 'row 2', 'row 3'],
  ])('refuses naive stamps among others: %p', async (stamps, withZone, without) => {
    folder.write('x.csv', barsAt(stamps));
    const message = expect.stringMatching(`^x.csv: times in two zones: .* ${withZone} .* ${without} `) as string;
    expect(await sourceOf(folder, ['x.csv']).open('x')).toMatchObject({
      ok: false,
      fault: { code: 'InvalidSource', message },
    });
  });

  it('finds one beyond the rows that open looks at', async () => {
    const stamps = Array.from({ length: 12_000 }, (_, i) => new Date(i * 60_000).toISOString().slice(0, 19));
    folder.write('x.csv', barsAt([...stamps, '2021-01-01T00:00:00Z']));
    const series = await openSeries(sourceOf(folder, ['x.csv']), 'x');
    await expect(readAll(series)).rejects.toMatchObject({
      code: 'InvalidSource',
      details: { file: 'x.csv', column: 'time', row: 12_002 },
    });
  });
});
