import type { EChartsOption, LineSeriesOption } from 'echarts';
import type { TrainingFacts } from '../../shared/contracts/run-record';
import { formatNumber } from '../format';
import { tone, type ToneName } from '../palette';
import { lossTick, valueAxis } from './axes';

type Epochs = TrainingFacts['epochs'];

const MOST_POINTS = 80;
/** Up to so many epochs each is a point of its own. */
const DOTTED_EPOCHS = 3;
/** Losses beyond so many times the middle one are of a start far off or a training that ran away: beside them no other would be told apart. */
const RUNAWAY_FACTOR = 2.5;

/**
 * The loss on the training part (thin, dashed) and on the stopping part by epoch, counted from 1; the epoch whose weights
 * were kept is marked. A loss that is no finite number, or far beyond the others, leaves a hole.
 */
export function learningCurveOption(epochs: Epochs, bestEpoch: number): EChartsOption {
  const shown = thinEpochs(epochs, bestEpoch, MOST_POINTS);
  const best = epochs.find(({ epoch }) => epoch === bestEpoch);
  const last = epochs[epochs.length - 1]?.epoch ?? 0;
  const limit = runawayLimit(epochs);
  return {
    grid: { left: 52, right: 14, top: 10, bottom: 40 },
    xAxis: {
      ...valueAxis('epoch', 24, (value) => formatNumber(value, 0)),
      min: 1,
      max: Math.max(2, last + 1),
      minInterval: 1,
      splitNumber: 4,
      splitLine: { show: false },
    },
    yAxis: { ...valueAxis('loss', 38, lossTick), scale: true, splitNumber: 3 },
    series: [
      lossSeries(
        'training part',
        'train',
        shown.map(({ epoch, trainLoss }) => [epoch + 1, trainLoss]),
        epochs.length,
        {
          width: 1.25,
          type: [5, 3],
          limit,
        },
      ),
      {
        ...lossSeries(
          'stopping part',
          'stopping',
          shown.map(({ epoch, stoppingLoss }) => [epoch + 1, stoppingLoss]),
          epochs.length,
          {
            width: 2,
            type: 'solid',
            limit,
          },
        ),
        ...(best === undefined ? {} : bestMark(best)),
      },
    ],
  };
}

/** The loss above which nothing is drawn; infinite where no training ran away. */
function runawayLimit(epochs: Epochs): number {
  const losses = epochs
    .flatMap(({ trainLoss, stoppingLoss }) => [trainLoss, stoppingLoss])
    .filter((loss) => Number.isFinite(loss))
    .sort((a, b) => a - b);
  const middle = losses[Math.floor(losses.length / 2)] ?? 0;
  return middle > 0 ? RUNAWAY_FACTOR * middle : Infinity;
}

/** Epochs of which a loss is not drawn because it is no number or ran away. */
export function undrawnEpochs(epochs: Epochs): number {
  const limit = runawayLimit(epochs);
  const isDrawn = (loss: number): boolean => Number.isFinite(loss) && loss <= limit;
  return epochs.filter(({ trainLoss, stoppingLoss }) => !isDrawn(trainLoss) || !isDrawn(stoppingLoss)).length;
}

/** At most about `limit` epochs: evenly picked, with the first, the best and the last. */
export function thinEpochs(epochs: Epochs, bestEpoch: number, limit: number): Epochs {
  if (epochs.length <= limit) return epochs;
  const stride = Math.ceil(epochs.length / limit);
  return epochs.filter(
    ({ epoch }, index) => index % stride === 0 || index === epochs.length - 1 || epoch === bestEpoch,
  );
}

function lossSeries(
  name: string,
  toneName: ToneName,
  points: readonly (readonly [number, number])[],
  epochs: number,
  { limit, ...line }: { readonly width: number; readonly type: 'solid' | number[]; readonly limit: number },
): LineSeriesOption {
  const color = tone(toneName);
  return {
    type: 'line',
    name,
    silent: true,
    emphasis: { disabled: true },
    symbol: 'circle',
    symbolSize: 5,
    showSymbol: epochs <= DOTTED_EPOCHS,
    data: points.map(([epoch, loss]) => [epoch, Number.isFinite(loss) && loss <= limit ? loss : null]),
    lineStyle: { color, ...line },
    itemStyle: { color },
  };
}

/** The kept epoch as a dashed upright and a ring on the curve. */
function bestMark({ epoch, stoppingLoss }: Epochs[number]): Pick<LineSeriesOption, 'markLine' | 'markPoint'> {
  const color = tone('ink');
  return {
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      lineStyle: { color: tone('muted'), width: 1, type: [2, 3] },
      data: [{ xAxis: epoch + 1 }],
    },
    markPoint: {
      silent: true,
      symbol: 'circle',
      symbolSize: 9,
      label: { show: false },
      itemStyle: { color: tone('surface'), borderColor: color, borderWidth: 2 },
      data: [{ name: 'kept', coord: [epoch + 1, stoppingLoss] }],
    },
  };
}
