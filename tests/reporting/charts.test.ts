import type { EChartsOption } from 'echarts';
import type { Evaluation } from '../../domain/core/evaluation';
import { attentionOption } from '../../reporting/charts/attention';
import { drawChart } from '../../reporting/charts/draw';
import { equityOption } from '../../reporting/charts/equity';
import { foldChartHeight, foldsOption } from '../../reporting/charts/folds';
import { importanceChartHeight, importancesOption } from '../../reporting/charts/importances';
import { labelChartHeight, labelDistributionOption } from '../../reporting/charts/label-distribution';
import { learningCurveOption, thinEpochs, undrawnEpochs } from '../../reporting/charts/learning-curve';
import { lossChartHeight, lossOption } from '../../reporting/charts/log-loss';
import { reliabilityOption } from '../../reporting/charts/reliability';
import { thinEquity } from '../../reporting/charts/thin';
import { tone } from '../../reporting/palette';
import { fakeRunRecord } from '../support/run-record';

interface DrawnSeries {
  readonly name: string;
  readonly data: readonly (number | readonly number[])[];
}

const symbol = fakeRunRecord({ symbols: 1 }).symbols[0]!;
const models = symbol.models.filter((model) => model.horizonBars === 20);
const [majority, , lightgbm] = models;

function seriesOf(option: EChartsOption): readonly DrawnSeries[] {
  return option.series as unknown as readonly DrawnSeries[];
}

function draw(option: EChartsOption, height = 300): string {
  return drawChart(option, { id: 'chart', width: 500, height, title: 'A title', description: 'What it says' }).text;
}

/** The texts of a drawing, in the order in which they stand in it. */
function textsOf(svg: string): readonly string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]!);
}

describe('capital and drawdown', () => {
  const curve = (evaluation: Evaluation, label: string) => ({
    label,
    points: evaluation.equity,
    isBaseline: label === 'majority class',
  });
  const option = equityOption(curve(lightgbm!.evaluation, 'LightGBM'), [curve(majority!.evaluation, 'majority class')]);

  it('has a point for each point of each curve, and the drawdown of the best beneath, in percent', () => {
    const series = seriesOf(option);
    expect(series.map(({ name, data }) => [name, data.length])).toEqual([
      ['LightGBM', 400],
      ['majority class', 400],
      ['drawdown', 400],
    ]);
    const { equity } = lightgbm!.evaluation;
    expect(series[0]!.data[399]).toEqual([equity[399]!.time, equity[399]!.equity]);
    expect(series[2]!.data[399]).toEqual([equity[399]!.time, -100 * equity[399]!.drawdown]);
  });

  it('draws the backtest paths of the best model as pale lines behind all others', () => {
    const fan = [0.9, 1.2].map((factor) => lightgbm!.evaluation.equity.map((point) => ({ ...point, equity: point.equity * factor }))); // prettier-ignore
    const fanned = equityOption(curve(lightgbm!.evaluation, 'LightGBM'), [], fan);
    expect(seriesOf(fanned).map(({ name }) => name)).toEqual(['LightGBM', 'drawdown', 'path', 'path']);
    expect(textsOf(draw(fanned, 318))).not.toContain('path');
  });

  it('has a logarithmic axis of capital where it changes fourfold, over fan and all, unless capital reaches 0', () => {
    const times = (factor: number) =>
      lightgbm!.evaluation.equity.map((point) => ({ ...point, equity: point.equity * factor }));
    const axisOf = (fan: readonly ReturnType<typeof times>[]) => {
      const { yAxis } = equityOption(curve(lightgbm!.evaluation, 'LightGBM'), [], fan);
      return (yAxis as readonly Record<string, unknown>[])[0];
    };
    expect(axisOf([])).toMatchObject({ type: 'value', scale: true });
    const [low, high] = [
      Math.min(...times(0.2).map(({ equity }) => equity)),
      Math.max(...times(9).map(({ equity }) => equity)),
    ];
    const wide = axisOf([times(0.2), times(9)]);
    expect(wide?.type).toBe('log');
    expect(wide?.min).toBeLessThanOrEqual(low);
    expect(wide?.max).toBeGreaterThanOrEqual(high);
    for (const end of [wide?.min, wide?.max]) expect(Math.log2(Number(end)) % 1).toBeCloseTo(0, 12);
    expect(axisOf([times(1e-4), times(9)])?.min).toBe(1 / 16);
    expect(axisOf([times(0), times(9)])?.type).toBe('value');
  });

  it('names its axes and lines', () => {
    const texts = textsOf(draw(option, 318));
    for (const text of ['capital', 'drawdown %', 'test period (UTC)', 'LightGBM', 'majority class', '2021', '2023']) {
      expect(texts).toContain(text);
    }
  });

  it('leaves grey to the baseline and no two lines one colour', () => {
    const six = ['a', 'b', 'c', 'd', 'majority class'].map((label) => curve(majority!.evaluation, label));
    const lines = equityOption(curve(lightgbm!.evaluation, 'best'), six).series as unknown as readonly {
      readonly name: string;
      readonly lineStyle: { readonly color: string };
    }[];
    const colors = lines.slice(0, 6).map(({ lineStyle }) => lineStyle.color);
    expect(new Set(colors).size).toBe(6);
    expect(colors[5]).toBe(tone('series3'));
  });

  it('draws every point of a curve', () => {
    const paths = [...draw(option, 318).matchAll(/<path d="([^"]*)" fill="none" stroke="var\(--series1\)"/g)].map(
      (m) => m[1]!,
    );
    expect(Math.max(...paths.map((path) => path.split('L').length))).toBe(400);
  });
});

describe('thinning a curve', () => {
  const points = lightgbm!.evaluation.equity;

  it('leaves a short curve as it is', () => {
    expect(thinEquity(points, 400)).toBe(points);
  });

  it('keeps both ends and the deepest drawdown, in order, within the limit', () => {
    const thinned = thinEquity(points, 60);
    expect(thinned.length).toBeLessThanOrEqual(60);
    expect(thinned.length).toBeGreaterThan(30);
    expect(thinned[0]).toBe(points[0]);
    expect(thinned[thinned.length - 1]).toBe(points[399]);
    const deepest = (curve: typeof points): number => Math.max(...curve.map((point) => point.drawdown));
    expect(deepest(thinned)).toBe(deepest(points));
    const times = thinned.map((point) => point.time);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  });
});

describe('reliability diagram', () => {
  const bins = lightgbm!.evaluation.reliability.up;
  const option = reliabilityOption('up', bins);

  it('has a point and a count for each bin with rows, and none for an empty one', () => {
    const filled = bins.filter((bin) => bin.count > 0);
    const [perfect, points, rows] = seriesOf(option);
    expect(filled.length).toBeLessThan(bins.length);
    expect(points!.data).toEqual(filled.map((bin) => [bin.meanForecast, bin.observedShare]));
    expect(rows!.data.map((bar) => (bar as readonly number[])[1])).toEqual(filled.map((bin) => bin.count));
    const [start, end] = perfect!.data as readonly (readonly number[])[];
    expect(start).toEqual([0, 0]);
    expect(end![0]).toBe(end![1]);
    for (const bin of filled) expect(Math.max(bin.meanForecast, bin.observedShare)).toBeLessThanOrEqual(end![0]!);
  });

  it('draws no point of fewer than twenty rows, unless there is no other, but counts them', () => {
    const few = (count: number) => bins.map((bin, i) => (i === 6 ? { ...bin, count, observedShare: 1 } : bin));
    const pointsOf = (given: typeof bins) => seriesOf(reliabilityOption('up', given)).map(({ data }) => data.length);
    const filled = bins.filter((bin) => bin.count > 0).length;
    expect(pointsOf(few(20))).toEqual([2, filled, filled]);
    expect(pointsOf(few(19))).toEqual([2, filled - 1, filled]);
    const scarce = bins.map((bin) => ({ ...bin, count: Math.min(bin.count, 3) }));
    expect(pointsOf(scarce)).toEqual([2, filled, filled]);
  });

  it('names its axes and writes the counts', () => {
    const texts = textsOf(draw(option, 330));
    for (const text of ['forecast probability', 'observed share', 'rows', '0.2', '8.8k', '440']) {
      expect(texts).toContain(text);
    }
  });
});

describe('label distribution', () => {
  const option = labelDistributionOption(symbol.labels);

  it('has a bar for each horizon whose outcomes add up to all bars', () => {
    const series = seriesOf(option);
    expect(series.map(({ name }) => name)).toEqual(['down', 'timeout', 'up', 'ambiguous', 'unsettled', 'unusable']);
    for (const horizon of symbol.labels.keys()) {
      const total = series.reduce((sum, { data }) => sum + (data[horizon] as number), 0);
      expect(total).toBeCloseTo(100, 10);
    }
    expect(series[3]!.data[0]).toBeCloseTo((100 * symbol.labels[0]!.counts.ambiguous) / symbol.bars, 6);
  });

  it('names its axis, horizons and outcomes', () => {
    const texts = textsOf(draw(option, labelChartHeight(2)));
    for (const text of ['share of bars %', '20 bars', '60 bars', 'ambiguous', 'unsettled', '100']) {
      expect(texts).toContain(text);
    }
  });

  it('draws nothing wrong where there is no bar', () => {
    const counts = { down: 0, timeout: 0, up: 0, ambiguous: 0, unsettled: 0, unusable: 0 };
    const empty = labelDistributionOption([{ horizonBars: 1, counts, meanBars: NaN }]);
    expect(seriesOf(empty).flatMap(({ data }) => data)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(draw(empty)).not.toContain('NaN');
  });
});

describe('importances', () => {
  it('has the fifteen largest shares, largest first, whatever order they come in', () => {
    const sorted = [...lightgbm!.importances].sort((a, b) => b.share - a.share);
    const option = importancesOption([...sorted].reverse());
    expect(seriesOf(option)[0]!.data).toEqual(sorted.slice(0, 15).map((entry) => 100 * entry.share));
    const texts = textsOf(draw(option, importanceChartHeight(15)));
    expect(texts).toContain('share of importance %');
    for (const entry of sorted.slice(0, 15)) expect(texts).toContain(entry.feature);
    expect(texts).not.toContain(sorted[15]!.feature);
  });
});

describe('folds', () => {
  const folds = symbol.folds.filter((fold) => fold.horizonBars === 20);
  const option = foldsOption(folds);

  it('has a bar for each part of each fold, from its first to its last bar', () => {
    const series = seriesOf(option);
    expect(series.map(({ name, data }) => [name, data.length])).toEqual([
      ['train', 4],
      ['stopping', 4],
      ['choosing', 4],
      ['test', 4],
    ]);
    expect(series[3]!.data[2]).toEqual([2, ...folds[2]!.boundaries.test]);
  });

  it('draws the parts of a fold one after the other', () => {
    const svg = draw(option, foldChartHeight(4));
    const texts = textsOf(svg);
    for (const text of ['time (UTC)', 'f0', 'f3', 'train', 'choosing', '2020']) expect(texts).toContain(text);
    const spans = (tone: string): readonly (readonly number[])[] =>
      [
        ...svg.matchAll(
          new RegExp(`<path d="M([\\d.]+) [\\d.]+l([\\d.]+) 0l0 [\\d.]+l-[\\d.]+ 0Z" fill="var\\(--${tone}\\)"`, 'g'),
        ),
      ].map((match) => [Number(match[1]), Number(match[1]) + Number(match[2])]);
    const [train, stopping, choosing, test] = ['train', 'stopping', 'choosing', 'test'].map(spans);
    expect([train, stopping, choosing, test].map((part) => part!.length)).toEqual([4, 4, 4, 4]);
    for (const fold of [0, 1, 2, 3]) {
      expect(stopping![fold]![0]).toBeGreaterThan(train![fold]![1]!);
      expect(choosing![fold]![0]).toBeGreaterThan(stopping![fold]![1]!);
      expect(test![fold]![0]).toBeGreaterThan(choosing![fold]![1]!);
    }
  });
});

describe('learning curve', () => {
  const epochs = [1.2, 1.1, 1.0, 0.9].map((trainLoss, epoch) => ({
    epoch,
    trainLoss,
    stoppingLoss: [1.15, 1.08, 1.09, 1.12][epoch]!,
    learningRate: 1e-3,
  }));
  const option = learningCurveOption(epochs, 1);

  it('has both losses by epoch, counted from 1, and marks the epoch that was kept', () => {
    const [train, stopping] = seriesOf(option) as unknown as readonly (DrawnSeries & {
      readonly markLine?: { readonly data: readonly { readonly xAxis: number }[] };
      readonly markPoint?: { readonly data: readonly { readonly coord: readonly number[] }[] };
    })[];
    expect(train!.data).toEqual([
      [1, 1.2],
      [2, 1.1],
      [3, 1],
      [4, 0.9],
    ]);
    expect(stopping!.data[1]).toEqual([2, 1.08]);
    expect(stopping!.markLine!.data).toEqual([{ xAxis: 2 }]);
    expect(stopping!.markPoint!.data[0]!.coord).toEqual([2, 1.08]);
    expect(train!.markLine).toBeUndefined();
  });

  it('names its axes and keeps train and stopping apart without colour', () => {
    const svg = draw(option, 168);
    for (const text of ['epoch', 'loss', '1', '4']) expect(textsOf(svg)).toContain(text);
    expect(svg).toMatch(/stroke="var\(--train\)"[^>]*stroke-dasharray/);
    expect(svg).not.toMatch(/stroke="var\(--stopping\)"[^>]*stroke-dasharray/);
  });

  it('draws a single epoch, a net without a best one and losses that are no numbers', () => {
    expect(draw(learningCurveOption(epochs.slice(0, 1), 0))).toContain('var(--stopping)');
    const broken = epochs.map((epoch) => ({ ...epoch, stoppingLoss: NaN }));
    const svg = draw(learningCurveOption(broken, -1));
    expect(svg).not.toContain('NaN');
    expect(svg).toContain('var(--train)');
  });

  it('leaves out losses that ran away, beside which no other would be seen, and counts their epochs', () => {
    const runaway = epochs.map((epoch) => (epoch.epoch === 0 ? { ...epoch, trainLoss: 3e11 } : epoch));
    expect(seriesOf(learningCurveOption(runaway, 1))[0]!.data.slice(0, 2)).toEqual([
      [1, null],
      [2, 1.1],
    ]);
    expect(undrawnEpochs(runaway)).toBe(1);
    expect(undrawnEpochs(epochs)).toBe(0);
  });

  it('keeps the first, the best and the last of many epochs', () => {
    const many = Array.from({ length: 1000 }, (_, epoch) => ({ ...epochs[0]!, epoch }));
    const kept = thinEpochs(many, 317, 80).map(({ epoch }) => epoch);
    expect(kept.length).toBeLessThanOrEqual(82);
    expect(kept).toEqual(expect.arrayContaining([0, 317, 999]));
    expect(thinEpochs(many, 317, 1000)).toBe(many);
  });
});

describe('attention', () => {
  it('goes from the oldest bar to the newest at 0, in percent, beside the same for every bar', () => {
    const [weights, even] = seriesOf(attentionOption([0.1, 0.2, 0.3, 0.4]));
    expect(weights!.data).toEqual([
      [-3, 10],
      [-2, 20],
      [-1, 30],
      [0, 40],
    ]);
    expect(even!.data).toEqual([
      [-3, 25],
      [0, 25],
    ]);
    const texts = textsOf(draw(attentionOption([0.1, 0.2, 0.3, 0.4])));
    for (const text of ['share of attention %', 'bars before the forecast', '−3', '0']) expect(texts).toContain(text);
  });
});

describe('log losses', () => {
  const rows = [
    { label: 'GRU', isNet: true, value: 1.02, low: 1.01, high: 1.03 },
    { label: 'logistic', isNet: false, value: 1.05, low: null, high: null },
  ];

  it('shows each with its name and number on its interval, nets and simple models in different shapes', () => {
    const svg = draw(lossOption(rows, 1.05), lossChartHeight(2));
    for (const text of ['GRU', 'logistic', '1.0200', '1.0500']) expect(textsOf(svg)).toContain(text);
    expect(svg).toMatch(/<(circle|ellipse)[^>]*fill="var\(--series1\)"/);
    expect(svg).not.toMatch(/<(circle|ellipse)[^>]*fill="var\(--series2\)"/);
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(1);
    expect(draw(lossOption(rows, null))).not.toContain('stroke-dasharray');
  });
});

describe('drawing', () => {
  it('gives the same bytes however many charts were drawn before', () => {
    const option = importancesOption(lightgbm!.importances);
    const first = draw(option);
    draw(foldsOption(symbol.folds));
    expect(draw(option)).toBe(first);
    expect(first).not.toMatch(/zr\d|ecmeta|#0a0b/);
  });
});
