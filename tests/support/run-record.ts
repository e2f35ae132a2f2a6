import { CLASS_NAMES } from '../../domain/core/classes';
import type { EquityPoint, Evaluation, ReliabilityBin } from '../../domain/core/evaluation';
import type { CleanLedger } from '../../domain/core/ledger';
import type { Metric, Metrics } from '../../domain/core/metric';
import { deriveSeed, randomFromSeed, type RandomStream } from '../../domain/core/random';
import { DEFAULT_CONFIG } from '../../shared/contracts/config/defaults';
import type { ModelFamilyName } from '../../shared/contracts/config/models-schema';
import type {
  FoldRecord,
  ImportanceRecord,
  LabelRecord,
  ModelRecord,
  RunRecord,
  StageRecord,
  SymbolRecord,
} from '../../shared/contracts/run-record';
import { STAGE_NAMES } from '../../shared/names/stages';
import { fakeInterruptions, fakeTraining } from './training-record';

export interface FakeRunSettings {
  readonly symbols?: number;
  readonly horizons?: readonly number[];
  readonly folds?: number;
  readonly equityPoints?: number;
  readonly seed?: number;
  /** Adds a symbol that failed in cleaning. */
  readonly withFailure?: boolean;
  /** Nets judged beside the three simple models. */
  readonly nets?: readonly ModelFamilyName[];
  /** Lets the first fold of the first net of each symbol go down two rungs of the ladder. */
  readonly withRungs?: boolean;
  /** One interruption of each kind. */
  readonly withInterruptions?: boolean;
}

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2016, 0, 4);
const FAMILIES: readonly ModelFamilyName[] = ['majority', 'logistic', 'lightgbm'];
/** Every net, for a record with all that a run can hold. */
export const ALL_NETS = (Object.keys(DEFAULT_CONFIG.models) as ModelFamilyName[]).filter(
  (family) => !FAMILIES.includes(family),
);
const NAMES = ['EURUSD', 'GBPUSD', 'USDJPY', 'AUDUSD', 'XAUUSD', 'BTCUSD'];
// prettier-ignore
const FEATURES = [
  'returnLog1', 'returnLog5', 'returnLog20', 'atr14Share', 'realisedVolatility20', 'rsi14', 'macdLine', 'macdSignal',
  'macdHistogram', 'bollingerPosition20', 'stochasticK14', 'stochasticD3', 'adx14', 'smaDistance20', 'smaDistance50',
  'emaDistance12', 'volumeRatio20', 'hourSine', 'hourCosine', 'weekdaySine', 'weekdayCosine', 'higherRsi14',
] as const;

/** A made-up run that looks like a real one: weak models, wide intervals, walk-forward folds. Same settings, same record. */
export function fakeRunRecord(settings: FakeRunSettings = {}): RunRecord {
  const { symbols = 2, horizons = [20, 60], folds = 4, equityPoints = 400, seed = 7, withFailure = false } = settings;
  const { nets = [], withRungs = false, withInterruptions = false } = settings;
  const done = Array.from({ length: symbols }, (_, index) => {
    const symbol = NAMES[index] ?? `SYM${String(index).padStart(3, '0')}`;
    const simple = doneSymbol(symbol, horizons, folds, equityPoints, randomFromSeed(deriveSeed(seed, symbol)));
    const random = randomFromSeed(deriveSeed(seed, `${symbol} nets`));
    return {
      ...simple,
      models: [...simple.models, ...fakeNets(nets, { horizons, folds, equityPoints, withRungs }, random)],
    };
  });
  const all = withFailure ? [...done, failedSymbol('BROKEN')] : done;
  const stages = all.flatMap((symbol) => symbol.stages);
  return {
    schemaVersion: 1,
    runId: 'train-2026-01-05-0400',
    status: withFailure ? 'partial' : 'done',
    asOf: '2026-01-05T04:00:00.000Z',
    startedAt: '2026-01-05T04:00:01.204Z',
    wallSeconds: 187.4,
    secondsByRun: { 'train-2026-01-05-0400': 187.4 },
    wastedSeconds: 12.6,
    interruptions: withInterruptions ? fakeInterruptions() : [],
    cacheHits: stages.filter((stage) => stage.cacheHit).length,
    computed: stages.filter((stage) => !stage.cacheHit).length,
    config: DEFAULT_CONFIG,
    environment: { node: 'v20.19.0', lightgbm: '4.7.0', polars: '0.24.1', commit: 'f88d67e', device: 'cpu' },
    symbols: all,
  };
}

function doneSymbol(
  symbol: string,
  horizons: readonly number[],
  folds: number,
  equityPoints: number,
  random: RandomStream,
): SymbolRecord {
  const bars = 60_000 + random.integer(8_000);
  return {
    symbol,
    status: 'done',
    failure: null,
    bars,
    ledger: fakeLedger(symbol, bars),
    stages: fakeStages(horizons, folds, random),
    labels: horizons.map((horizonBars) => fakeLabels(horizonBars, bars, random)),
    folds: horizons.flatMap((horizonBars) => fakeFolds(horizonBars, folds)),
    models: horizons.flatMap((horizonBars) =>
      FAMILIES.map((family) => fakeModel(family, horizonBars, folds, equityPoints, random)),
    ),
  };
}

function failedSymbol(symbol: string): SymbolRecord {
  const message = `Only 37 of 500 bars of '${symbol}' are usable, 1000 are needed: 463 rows have high < low, first at row 12.`;
  const ledger = fakeLedger(symbol, 500);
  return {
    symbol,
    status: 'failed',
    failure: { code: 'InvalidBars', message, stage: 'clean' },
    bars: 0,
    ledger: { ...ledger, barsIn: 500, barsOut: 37 },
    stages: [{ stage: 'ingest', part: '', key: 'ab'.repeat(32), cacheHit: false, seconds: 0.4 }],
    labels: [],
    folds: [],
    models: [],
  };
}

function fakeLedger(symbol: string, bars: number): CleanLedger {
  const row = {
    row: 1204,
    time: START_MS + 40 * DAY_MS,
    open: 1.1043,
    high: 1.1039,
    low: 1.1051,
    close: 1.1047,
    volume: 812,
  };
  return {
    symbol,
    barsIn: bars + 14,
    barsOut: bars,
    entries: [
      { decision: 'duplicate', action: 'dropped', count: 11, firstRows: [row, { ...row, row: 1388 }] },
      { decision: 'inconsistentPrice', action: 'dropped', count: 3, firstRows: [row] },
      { decision: 'stale', action: 'kept', count: 210, firstRows: [] },
    ],
    gapCount: 530,
    missingBars: 25_930,
    longestGaps: Array.from({ length: 20 }, (_, index) => ({
      fromMs: START_MS + index * 120 * DAY_MS,
      toMs: START_MS + index * 120 * DAY_MS + (90 - index) * 3_600_000,
      missingBars: 89 - index,
    })),
    firstMs: START_MS,
    lastMs: START_MS + 3_650 * DAY_MS,
    stampNote: 'Stamps without a zone were read as bar opens in UTC.',
  };
}

function fakeStages(horizons: readonly number[], folds: number, random: RandomStream): readonly StageRecord[] {
  const record = (stage: StageRecord['stage'], part: string, seconds: number): StageRecord => ({
    stage,
    part,
    key: random
      .integer(2 ** 31)
      .toString(16)
      .padStart(64, '0'),
    cacheHit: ['ingest', 'clean'].includes(stage),
    seconds: seconds * (0.5 + random.uniform()),
  });
  return STAGE_NAMES.flatMap((stage) => {
    if (stage === 'barriers' || stage === 'diagnose' || stage === 'select') return [];
    if (stage === 'ingest' || stage === 'clean' || stage === 'features') return [record(stage, '', 0.8)];
    if (stage === 'labels' || stage === 'splits') return horizons.map((bars) => record(stage, `h${bars}`, 0.3));
    return horizons.flatMap((bars) =>
      FAMILIES.flatMap((family) =>
        stage === 'train'
          ? Array.from({ length: folds }, (_, fold) => record(stage, `${family}-h${bars}-f${fold}`, 3))
          : [record(stage, `${family}-h${bars}`, 0.4)],
      ),
    );
  });
}

function fakeLabels(horizonBars: number, bars: number, random: RandomStream): LabelRecord {
  const ambiguous = Math.round(bars * 0.004);
  const timeout = Math.round(bars * (0.2 + 0.1 * random.uniform()));
  const up = Math.round((bars - timeout) * (0.48 + 0.04 * random.uniform()));
  return {
    horizonBars,
    counts: {
      down: bars - timeout - up - ambiguous - horizonBars - 14,
      timeout,
      up,
      ambiguous,
      unsettled: horizonBars,
      unusable: 14,
    },
    meanBars: horizonBars * 0.62,
  };
}

function fakeFolds(horizonBars: number, folds: number): readonly FoldRecord[] {
  const gap = (3 * horizonBars * DAY_MS) / 24;
  return Array.from({ length: folds }, (_, index) => {
    const trainEnd = START_MS + (1095 + 365 * index) * DAY_MS;
    const stoppingEnd = trainEnd + 182 * DAY_MS;
    const choosingEnd = stoppingEnd + 183 * DAY_MS;
    return {
      horizonBars,
      id: `f${index}`,
      boundaries: {
        train: [START_MS, trainEnd],
        stopping: [trainEnd + gap, stoppingEnd],
        choosing: [stoppingEnd + gap, choosingEnd],
        test: [choosingEnd + gap, choosingEnd + 365 * DAY_MS],
      },
      rows: { train: 18_000 + 6_000 * index, stopping: 2_900, choosing: 2_910, test: 5_800 },
      purged: { train: 0, stopping: 3 * horizonBars, choosing: 3 * horizonBars, test: 3 * horizonBars },
    };
  });
}

function fakeModel(
  family: ModelFamilyName,
  horizonBars: number,
  folds: number,
  equityPoints: number,
  random: RandomStream,
): ModelRecord {
  const isBaseline = family === 'majority';
  const evaluation = fakeEvaluation(
    isBaseline ? 0 : random.uniform() * 0.012,
    isBaseline,
    horizonBars,
    equityPoints,
    random,
  );
  return {
    family,
    horizonBars,
    bundle: {
      uri: `bundle/${family}-h${horizonBars}`,
      sha256: 'c0ffee'.padEnd(64, '0'),
      bytes: 184_233,
      kind: 'bundle',
      schemaVersion: 1,
    },
    evaluation,
    calibrators: Array.from({ length: folds }, (_, fold) =>
      isBaseline ? 'none' : fold % 2 === 0 ? 'isotonic' : 'platt',
    ),
    choosingLogLoss: evaluation.metrics.logLoss.value,
    importances: isBaseline ? [] : fakeImportances(random),
    training: [],
  };
}

interface NetSettings {
  readonly horizons: readonly number[];
  readonly folds: number;
  readonly equityPoints: number;
  readonly withRungs: boolean;
}

/** Nets as a run has them: one training a fold stands under every horizon. */
function fakeNets(
  families: readonly ModelFamilyName[],
  { horizons, folds, equityPoints, withRungs }: NetSettings,
  random: RandomStream,
): readonly ModelRecord[] {
  return families.flatMap((family, at) => {
    const parameters = 15_000 + random.integer(150_000);
    const training = Array.from({ length: folds }, (_, fold) => ({
      foldId: `f${fold}`,
      ...fakeTraining(family, withRungs && at === 0 && fold === 0, random),
      parameters,
    }));
    const importances = family === 'tft' ? fakeImportances(random) : [];
    return horizons.map((horizonBars) => ({
      ...fakeModel(family, horizonBars, folds, equityPoints, random),
      importances,
      training,
    }));
  });
}

function fakeImportances(random: RandomStream): readonly ImportanceRecord[] {
  const weights = FEATURES.map(() => random.uniform() ** 2 + 0.02);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return FEATURES.map((feature, index) => ({ feature, share: (weights[index] ?? 0) / total }));
}

function fakeEvaluation(
  skill: number,
  isBaseline: boolean,
  horizonBars: number,
  equityPoints: number,
  random: RandomStream,
): Evaluation {
  const metrics = fakeMetrics(skill, isBaseline);
  return {
    metrics,
    testRows: 23_200,
    skippedRows: 118,
    trades: 900 + random.integer(300),
    reliability: Object.fromEntries(
      CLASS_NAMES.map((name) => [name, fakeBins(isBaseline, random)]),
    ) as unknown as Evaluation['reliability'],
    equity: fakeEquity(skill, equityPoints, random),
    confusion: [
      [3_900 + random.integer(200), 800, 4_600],
      [2_100, 900, 2_200],
      [3_800, 790, 4_700],
    ],
    grade: isBaseline ? 'F' : skill > 0.008 ? 'D' : 'F',
    production: [
      {
        name: `Sharpe ratio (${horizonBars}-bar horizon)`,
        threshold: '> 0.8',
        value: metrics.sharpe.value,
        passed: metrics.sharpe.value > 0.8,
      },
      {
        name: `Win rate (${horizonBars}-bar horizon)`,
        threshold: '> 50 %',
        value: metrics.winRate.value,
        passed: metrics.winRate.value > 0.5,
      },
      {
        name: `Maximum drawdown (${horizonBars}-bar horizon)`,
        threshold: '< 15 %',
        value: metrics.maxDrawdown.value,
        passed: metrics.maxDrawdown.value < 0.15,
      },
    ],
    warnings: [
      ...(isBaseline ? ['The forecast is the same on every test row; the information coefficient is given as 0.'] : []),
      ...(skill < 0.004 && !isBaseline
        ? [`Not clearly better than the baseline: log loss ${metrics.logLoss.value.toFixed(4)} against 1.0412.`]
        : []),
    ],
  };
}

function fakeMetrics(skill: number, isBaseline: boolean): Metrics {
  const around = (value: number, half: number): Metric => ({ value, low: value - half, high: value + half });
  const exactly = (value: number): Metric => ({ value, low: null, high: null });
  return {
    logLoss: around(1.0412 - skill, 0.0042),
    brier: around(0.6288 - skill / 2, 0.0031),
    ece: around(isBaseline ? 0.0041 : 0.0118, 0.0035),
    balancedAccuracy: around(1 / 3 + skill * 3, isBaseline ? 0 : 0.006),
    directionalAccuracy: around(0.5 + skill * 2, 0.009),
    informationCoefficient: isBaseline ? exactly(0) : around(skill * 6, 0.021),
    sharpe: around(skill * 60 - 0.3, 0.62),
    maxDrawdown: exactly(0.31 - skill * 16),
    winRate: around(0.492 + skill * 2, 0.016),
    profitFactor: around(0.96 + skill * 12, 0.07),
    turnover: exactly(312.4),
  };
}

function fakeBins(isBaseline: boolean, random: RandomStream): readonly ReliabilityBin[] {
  return Array.from({ length: 10 }, (_, index) => {
    const isFilled = isBaseline ? index === 3 : index >= 1 && index <= 6;
    const meanForecast = index / 10 + 0.05;
    return {
      low: index / 10,
      high: (index + 1) / 10,
      count: isFilled ? Math.round(9_000 * Math.exp(-((index - 3.2) ** 2) / 1.6)) + 3 : 0,
      meanForecast: isFilled ? meanForecast : NaN,
      observedShare: isFilled ? Math.max(0, meanForecast + 0.04 * random.normal()) : NaN,
    };
  });
}

function fakeEquity(skill: number, points: number, random: RandomStream): readonly EquityPoint[] {
  const first = START_MS + 1460 * DAY_MS;
  const step = (1460 * DAY_MS) / Math.max(1, points - 1);
  let equity = 1;
  let peak = 1;
  return Array.from({ length: points }, (_, index) => {
    if (index > 0) equity *= 1 + 0.007 * random.normal() + (skill - 0.005) * 0.06;
    peak = Math.max(peak, equity);
    return { time: Math.round(first + index * step), equity, drawdown: 1 - equity / peak };
  });
}
