import fc from 'fast-check';
import { appendBars, emptyBarWindow } from '../../../domain/labels/bar-window';
import { barsOf, labelBars, rowBytes, type Ohlc } from './support';

function walk(count: number): Ohlc[] {
  return Array.from({ length: count }, (_, i): Ohlc => {
    const open = 200 + ((i * 7919) % 31);
    const close = 200 + (((i + 1) * 7919) % 31);
    return [open, Math.max(open, close) + (i % 3), Math.min(open, close) - (i % 5), close];
  });
}

describe('a window of bars', () => {
  it('holds exactly the bars from its start on, whatever was appended and given up', () => {
    const step = fc.record({ add: fc.nat({ max: 700 }), drop: fc.nat({ max: 900 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let window = emptyBarWindow();
        let expected: number[] = [];
        let next = 0;
        for (const { add, drop } of steps) {
          const rows = Array.from({ length: add }, (_, i): Ohlc => [next + i, next + i + 1, next + i - 1, next + i]);
          next += add;
          window = appendBars(
            window,
            barsOf(rows),
            Float64Array.from(rows, (row) => row[0] / 8),
          );
          const dropped = Math.min(drop, window.end - window.start);
          window = { ...window, start: window.start + dropped };
          expected = [...expected, ...rows.map((row) => row[0])].slice(dropped);
          const live = (column: Float64Array) => [...column.subarray(window.start, window.end)];
          expect(live(window.open)).toEqual(expected);
          expect(live(window.high)).toEqual(expected.map((value) => value + 1));
          expect(live(window.low)).toEqual(expected.map((value) => value - 1));
          expect(live(window.close)).toEqual(expected);
          expect(live(window.atr)).toEqual(expected.map((value) => value / 8));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('keeps no more storage than a small multiple of what is live', () => {
    let window = emptyBarWindow();
    for (let chunk = 0; chunk < 200; chunk += 1) {
      window = appendBars(window, barsOf(walk(500)), new Float64Array(500));
      window = { ...window, start: window.end - 20 };
    }
    expect(window.time.length).toBeLessThanOrEqual(2048);
  });
});

describe('labels of a series longer than the window’s first storage', () => {
  it('do not depend on the chunks', () => {
    const bars = barsOf(walk(6000));
    const settings = { bars: 300, upAtr: 9, downAtr: 9, atrPeriod: 14, timeouts: 'class', tieRule: 'noSide' } as const;
    const whole = labelBars(bars, settings);
    const chunked = labelBars(bars, settings, [1, 2, 700, 1900, 1901, 4400]);
    expect(new Set(whole.outcome).size).toBeGreaterThan(2);
    for (let row = 0; row < 6000; row += 1) expect(rowBytes(chunked, row)).toBe(rowBytes(whole, row));
  });
});
