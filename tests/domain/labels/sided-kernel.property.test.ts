import fc from 'fast-check';
import { sliceBars, type BarColumns } from '../../../domain/core/bars';
import { LABEL_OUTCOMES, type SidedLabelColumns } from '../../../domain/core/labels';
import { randomFromSeed } from '../../../domain/core/random';
import { createSidedLabelKernel } from '../../../domain/labels/label-kernel';
import type { SidelessSettings } from '../../../domain/labels/settings';
import { plainLabels } from './plain-labels';
import { barsOf, ohlcArbitrary, settingsArbitrary, type Ohlc } from './support';

/** Every byte of every column, joined over what came out. */
function columnBytes(parts: readonly SidedLabelColumns[]): Record<string, string> {
  const names = Object.keys(parts[0]!) as (keyof SidedLabelColumns)[];
  const bytes = (column: ArrayBufferView) => Buffer.from(column.buffer, column.byteOffset, column.byteLength);
  return Object.fromEntries(
    names.map((name) => [name, Buffer.concat(parts.map((part) => bytes(part[name]))).toString('hex')]),
  );
}

function chunkedLabels(bars: BarColumns, settings: SidelessSettings, cuts: readonly number[]): SidedLabelColumns[] {
  const created = createSidedLabelKernel(settings);
  if (!created.ok) throw new Error(created.fault.message);
  const kernel = created.value;
  const edges = [0, ...cuts.filter((cut) => cut <= bars.time.length).sort((a, b) => a - b), bars.time.length];
  return [...edges.slice(1).map((edge, i) => kernel.push(sliceBars(bars, edges[i]!, edge))), kernel.finish()];
}

/** A long walk with gaps, wide bars that touch both barriers, and stretches that stand still. */
function longWalk(count: number, seed: number): BarColumns {
  const random = randomFromSeed(seed);
  let close = 1000;
  const rows = Array.from({ length: count }, (_, i): Ohlc => {
    if (i % 701 > 650) return [close, close, close, close];
    const open = close + (random.uniform() < 0.05 ? 12 * random.normal() : 0);
    close = open + 2 * random.normal();
    const reach = random.uniform() < 0.02 ? 25 : 1;
    return [
      open,
      Math.max(open, close) + reach * random.uniform(),
      Math.min(open, close) - reach * random.uniform(),
      close,
    ];
  });
  return barsOf(rows);
}

describe('labels for every side in one pass', () => {
  it('are, byte for byte, those of the plainest loop over the definition, whatever the chunks', () => {
    const cuts = fc.array(fc.nat({ max: 90 }), { maxLength: 8 });
    fc.assert(
      fc.property(ohlcArbitrary(90), settingsArbitrary, cuts, (bars, settings, at) => {
        const expected = columnBytes([plainLabels(bars, settings)]);
        expect(columnBytes(chunkedLabels(bars, settings, at))).toEqual(expected);
        expect(columnBytes(chunkedLabels(bars, settings, [...bars.time.keys()]))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    { bars: 20, upAtr: 2, downAtr: 2 },
    { bars: 300, upAtr: 7, downAtr: 5 },
    { bars: 5000, upAtr: 40, downAtr: 40 },
  ])('the same on a long series of which blocks are passed over: $bars bars', (horizon) => {
    const bars = longWalk(12_000, horizon.bars);
    const settings = { ...horizon, atrPeriod: 14, timeouts: 'sign' } as const;
    const plain = plainLabels(bars, settings);
    const expected = columnBytes([plain]);
    expect(new Set(plain.outcome)).toContain(LABEL_OUTCOMES.timeout);
    for (const cuts of [[], [1, 2, 4_095, 4_096, 4_097, 9_001], [11_999]]) {
      expect(columnBytes(chunkedLabels(bars, settings, cuts))).toEqual(expected);
    }
  });
});
