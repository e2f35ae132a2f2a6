import type { BarColumns } from '../../domain/core/bars';
import { concatBars } from '../../domain/core/bars';
import { randomFromSeed } from '../../domain/core/random';
import { diagnosisSchema } from '../../shared/contracts/diagnosis';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import type { StageOutcome, SymbolScope } from '../../shared/contracts/stages';
import { ingestFactsSchema } from '../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { barsToChunk, readBars } from '../../shared/tables/bar-table';
import { createTableWriter } from '../../shared/tables/table-store';
import type { SymbolRecord } from '../../shared/contracts/run-record';
import { recordSymbol } from '../../activities/record-symbol';
import { firstPartOf } from '../../activities/support/split-settings';
import type { Bench } from './bench';
import { SMALL_RUN, STORE_ID, asActivity, openBench, realEngines, scopeOf } from './bench';
import { output } from './symbol-path';

const HOUR_MS = 3_600_000;
const FEATURES = [...SMALL_RUN.features.include, 'timeOfDaySin', 'logReturn1'];
const RUN = {
  ...SMALL_RUN,
  source: { ...SMALL_RUN.source, bars: 3_000 },
  features: { include: FEATURES },
  labels: {
    horizons: [
      { bars: 8, upAtr: 1.2, downAtr: 1.2 },
      { bars: 4, upAtr: 1, downAtr: 1 },
    ],
  },
  diagnose: { enabled: true },
};

let bench: Bench;
let scope: SymbolScope;
let bars: BarColumns;
let partEnd: number;

beforeAll(async () => {
  bench = openBench(await realEngines());
  scope = await scopeOf(bench, RUN);
  const ingested = await asActivity(() => bench.activities.ingest({ scope }));
  const raw = ingestFactsSchema.parse(ingested.facts);
  const rawBars = output(ingested, 'rawBars');
  const cleaned = await asActivity(() => bench.activities.clean({ scope, rawBars, raw }));
  const chunks: BarColumns[] = [];
  for await (const chunk of readBars(bench.store.artifacts, output(cleaned, 'bars'), ARTIFACT_KINDS.bars))
    chunks.push(chunk);
  bars = concatBars(chunks);
  partEnd = firstPartOf(bars.time, await bench.context.symbolConfig(scope))[1];
}, 120_000);

/** From bars to the diagnosis, through the real stages. */
async function diagnosed(given: BarColumns, rowsPerPart: number | null = null): Promise<StageOutcome> {
  const { activities, store } = bench;
  const writer = createTableWriter(store.artifacts, ARTIFACT_KINDS.bars, rowsPerPart);
  await writer.push(barsToChunk(given));
  const { ref } = await writer.finish();
  const input = { scope, bars: ref };
  const featured = await asActivity(() => activities.features({ ...input, timeframeMs: HOUR_MS }));
  const labelled = await asActivity(() => activities.labels(input));
  return asActivity(() =>
    activities.diagnose({ ...input, features: output(featured, 'features'), labels: labelled.outputs }),
  );
}

const refOf = (outcome: StageOutcome): ArtifactRef => output(outcome, 'diagnosis');
const readDiagnosis = async (outcome: StageOutcome) =>
  diagnosisSchema.parse(await bench.store.artifacts.getJson(refOf(outcome), ARTIFACT_KINDS.diagnosis));

/** From some row on prices that have nothing to do with the market. */
function rubbishFrom(row: number): BarColumns {
  const random = randomFromSeed(99);
  const [open, high, low, close] = [bars.open.slice(), bars.high.slice(), bars.low.slice(), bars.close.slice()];
  for (let r = row; r < close.length; r += 1) {
    const [from, to] = [100 * Math.exp(random.normal()), 100 * Math.exp(random.normal())];
    [open[r], close[r]] = [from, to];
    high[r] = Math.max(from, to) * (1 + random.uniform());
    low[r] = Math.min(from, to) * (1 - 0.5 * random.uniform());
  }
  return { ...bars, open, high, low, close };
}

/** A market whose moves are three times as large, or go up all the time, from some row on. */
function changedFrom(row: number, change: { readonly scale: number; readonly drift: number }): BarColumns {
  let level = 0;
  const path = bars.close.map((price, r) => {
    const move = r === 0 ? 0 : Math.log(price / (bars.close[r - 1] ?? NaN));
    level += r < row ? move : change.scale * move + change.drift;
    return Math.log(bars.close[0] ?? NaN) + level;
  });
  const close = path.map(Math.exp);
  const ratio = close.map((price, r) => price / (bars.close[r] ?? NaN));
  const scaled = (prices: Float64Array): Float64Array => prices.map((price, r) => price * (ratio[r] ?? NaN));
  return { ...bars, open: scaled(bars.open), high: scaled(bars.high), low: scaled(bars.low), close };
}

describe('the stage diagnose', () => {
  it('tests every feature but those of the calendar, and every target on outcomes that share no bar', async () => {
    const outcome = await diagnosed(bars);
    const diagnosis = await readDiagnosis(outcome);
    expect(diagnosis.rows).toBe(partEnd);
    expect(diagnosis.span).toEqual([bars.time[0], bars.time[partEnd - 1]]);
    expect(diagnosis.features.map(({ name }) => name)).toEqual(FEATURES);
    expect(diagnosis.features.filter(({ untested }) => untested !== null)).toMatchObject([
      { name: 'timeOfDaySin', untested: 'calendar', unitRoot: null, meanBreak: null },
    ]);
    const returns = diagnosis.features.find(({ name }) => name === 'logReturn1');
    expect(returns?.unitRoot?.adjustedP).toBeLessThan(1e-6);
    expect(outcome.facts).toMatchObject({ tested: FEATURES.length - 1 });
    expect(diagnosis.targets.map(({ horizonBars }) => horizonBars)).toEqual([4, 8]);
    for (const { horizonBars, strideBars, rows, unitRoot } of diagnosis.targets) {
      expect(strideBars).toBe(horizonBars);
      expect(rows).toBeGreaterThan(0.9 * (partEnd / horizonBars) - 20);
      expect(unitRoot?.adjustedP).toBeLessThan(0.05);
    }
    expect(diagnosis.price?.toMs).toBeLessThanOrEqual(bars.time[partEnd - 1] ?? NaN);
    expect(diagnosis.price?.critical.supremum).toBeGreaterThan(1.5);
  });

  it('is the same bytes whatever follows the first training part, and not of what lies in it', async () => {
    const { sha256 } = refOf(await diagnosed(bars));
    expect(refOf(await diagnosed(rubbishFrom(partEnd))).sha256).toBe(sha256);
    expect(refOf(await diagnosed(rubbishFrom(partEnd - 1))).sha256).not.toBe(sha256);
  });

  it('finds a target whose mean moves inside the part', async () => {
    const half = Math.floor(partEnd / 2);
    const { targets } = await readDiagnosis(await diagnosed(changedFrom(half, { scale: 0.2, drift: 0.003 })));
    for (const { meanBreak } of targets) {
      expect(meanBreak?.adjustedP).toBeLessThan(0.01);
      expect(Math.abs((meanBreak?.atMs ?? NaN) - (bars.time[half] ?? NaN))).toBeLessThan(60 * HOUR_MS);
    }
  });

  it('stands in the record of its symbol', async () => {
    const outcome = await diagnosed(bars);
    const input = { runId: 'run-1', storeId: STORE_ID, symbol: 'GEN01', failure: null, outcomes: [outcome] };
    const { record } = await recordSymbol(input, { store: bench.store, storeId: STORE_ID });
    const stored = (await bench.store.artifacts.getJson(record, ARTIFACT_KINDS.symbolRecord)) as SymbolRecord;
    expect(stored.diagnosis).toEqual(await readDiagnosis(outcome));
  });

  it('comes from the store when asked again, and anew under other settings of the first part only', async () => {
    const first = await diagnosed(bars);
    expect((await diagnosed(bars)).cacheHit).toBe(true);
    scope = await scopeOf(bench, { ...RUN, seed: 99, splits: { ...RUN.splits, embargoDays: 3 } });
    expect((await diagnosed(bars)).key).toBe(first.key);
    scope = await scopeOf(bench, { ...RUN, splits: { holdout: { train: 0.5, validation: 0.25, test: 0.25 } } });
    expect((await diagnosed(bars)).key).not.toBe(first.key);
  });
});
