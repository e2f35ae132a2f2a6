import { randomFromSeed } from '../domain/core/random';
import { createFeatureComputer } from '../domain/features/compute';
import { featureContext } from '../domain/features/context';
import { FEATURE_TABLE } from '../domain/features/table';
import type { BarColumns } from '../domain/core/bars';

/** Rows per second of the feature computer, alone in a fresh process: `node dist/bench/features.js [rows] [rows per chunk]`. */
const [rows = 1_000_000, chunkRows = 100_000] = process.argv.slice(2).map(Number);
const fracDiff = { order: 0.4, width: 100, referencePrice: 100 };
const context = featureContext({ higherTimeframeMultiple: 4 }, 300_000, { fracDiff });

function walk(count: number): BarColumns {
  const random = randomFromSeed(1);
  const column = (): Float64Array => new Float64Array(count);
  const bars = { time: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
  let close = 100;
  for (let row = 0; row < count; row += 1) {
    bars.time[row] = (row + 1) * context.timeframeMs;
    bars.open[row] = close;
    close *= Math.exp(0.001 * random.normal());
    bars.high[row] = Math.max(close, bars.open[row] ?? close) * (1 + 0.001 * random.uniform());
    bars.low[row] = Math.min(close, bars.open[row] ?? close) * (1 - 0.001 * random.uniform());
    bars.close[row] = close;
    bars.volume[row] = random.integer(1000);
  }
  return bars;
}

function measure(names: readonly string[] | null, bars: BarColumns): number {
  const created = createFeatureComputer(names, context);
  if (!created.ok) throw new Error(created.fault.message);
  const started = performance.now();
  for (let done = 0; done < rows; done += chunkRows) created.value.push(bars);
  return (performance.now() - started) / 1000;
}

/** Fed again and again: only the cost counts here, not the jump between the last bar and the first. */
const bars = walk(chunkRows);
for (const { name } of FEATURE_TABLE) {
  const seconds = measure([name], bars);
  process.stdout.write(`${name.padEnd(26)} ${((seconds / rows) * 1e9).toFixed(0).padStart(6)} ns/row\n`);
}
const seconds = measure(null, bars);
process.stdout.write(
  `all ${FEATURE_TABLE.length} features: ${rows} rows in ${seconds.toFixed(2)} s, ${Math.round(rows / seconds)} rows/s\n`,
);
