import type { ModelRecord } from '../../shared/contracts/run-record';
import { attentionOption } from '../charts/attention';
import { importanceChartHeight, importancesOption, topFeatures } from '../charts/importances';
import { learningCurveOption, undrawnEpochs } from '../charts/learning-curve';
import { lossChartHeight, lossOption } from '../charts/log-loss';
import { familyLabel, isNet, shortFamilyLabel } from '../family-names';
import { formatNumber, formatPercent, plural } from '../format';
import { markup, NOTHING, type Markup } from '../markup';
import type { ChosenCurve, TrainedNet } from '../trained-nets';
import { HALF_WIDTH, picture } from './pictures';

const CURVE_WIDTH = 280;
const CURVE_HEIGHT = 168;
const ATTENTION_HEIGHT = 250;
/** Share of the attention whose reach is told in words. */
const TOLD_SHARE = 0.5;

/** Every model's log loss on its interval, and the loss of the best simple model as the line to beat. */
export function lossPicture(id: string, models: readonly ModelRecord[], rival: ModelRecord | null): Markup {
  const judged = models.filter(({ evaluation }) => Number.isFinite(evaluation.metrics.logLoss.value));
  if (judged.length === 0) return NOTHING;
  const rows = judged.map(({ family, evaluation }) => ({
    label: shortFamilyLabel(family),
    isNet: isNet(family),
    ...evaluation.metrics.logLoss,
  }));
  const said = rows.map(({ label, value }) => `${label} ${formatNumber(value, 4)}`);
  return picture(
    'Log loss of every model',
    'nets are points, simple models squares; lower is better',
    lossOption(rows, rival?.evaluation.metrics.logLoss.value ?? null),
    {
      id,
      width: HALF_WIDTH,
      height: lossChartHeight(rows.length),
      title: 'Log loss of every model with its 95 % interval',
      description: `Lowest first: ${said.join(', ')}.`,
    },
  );
}

/** How the loss of one fit went. */
export function learningPicture(id: string, { net, fold }: ChosenCurve): Markup {
  const { epochs, bestEpoch } = fold;
  if (epochs.length === 0) return NOTHING;
  const best = epochs.find(({ epoch }) => epoch === bestEpoch);
  const kept = best === undefined ? 'none kept' : `epoch ${String(bestEpoch + 1)} of ${String(epochs.length)} kept`;
  const first = epochs[0];
  const last = epochs[epochs.length - 1];
  const undrawn = undrawnEpochs(epochs);
  const note = undrawn === 0 ? kept : `${kept}; a loss of ${plural(undrawn, 'epoch')} is off the scale`;
  return picture(`${shortFamilyLabel(net.family)} ${fold.foldId}`, note, learningCurveOption(epochs, bestEpoch), {
    id,
    width: CURVE_WIDTH,
    height: CURVE_HEIGHT,
    title: `Loss by epoch of ${familyLabel(net.family)}, fold ${fold.foldId}`,
    description:
      `Training part ${lossText(first?.trainLoss)} to ${lossText(last?.trainLoss)}, stopping part ` +
      `${lossText(first?.stoppingLoss)} to ${lossText(last?.stoppingLoss)} in ${plural(epochs.length, 'epoch')}; ` +
      `${kept}${best === undefined ? '' : ` with ${lossText(best.stoppingLoss)}`}.`,
  });
}

/** Where in the window a net looked. */
export function attentionPicture(id: string, net: TrainedNet, weights: readonly number[]): Markup {
  return picture('Attention over the window', attentionNote(net), attentionOption(weights), {
    id,
    width: HALF_WIDTH,
    height: ATTENTION_HEIGHT,
    title: `Attention of ${familyLabel(net.family)} over the ${plural(weights.length, 'bar')} of its window`,
    description: attentionSentence(weights),
  });
}

/** The same in words, for pages with too many symbols for every picture. */
export function attentionSentence(weights: readonly number[]): string {
  const newest = reachOf(weights, TOLD_SHARE);
  const peak = weights.reduce((found, weight, bar) => (weight > (weights[found] ?? 0) ? bar : found), 0);
  const back = weights.length - 1 - peak;
  return (
    `${formatPercent(TOLD_SHARE, 0)} of the attention is on the newest ${plural(newest, 'bar')} of ${String(weights.length)}; most, ` +
    `${formatPercent(weights[peak] ?? null)}, on ${barName(back, weights.length)}.`
  );
}

function barName(back: number, bars: number): string {
  if (back === 0) return 'the newest bar';
  return back === bars - 1 ? 'the oldest bar' : `the bar ${String(back)} before the newest`;
}

/** The selection weights of the features. */
export function variablesPicture(id: string, net: TrainedNet): Markup {
  const top = topFeatures(net.importances);
  if (top.length === 0) return NOTHING;
  const said = top.slice(0, 5).map(({ feature, share }) => `${feature} ${formatPercent(share)}`);
  return picture('Variable weights', attentionNote(net), importancesOption(net.importances), {
    id,
    width: HALF_WIDTH,
    height: importanceChartHeight(top.length),
    title: `Variable weights of ${familyLabel(net.family)}`,
    description: `Largest shares: ${said.join(', ')}.`,
  });
}

export function variablesText(net: TrainedNet): Markup {
  const top = topFeatures(net.importances);
  if (top.length === 0) return NOTHING;
  return markup`<p class="small"><b>Variable weights</b> of ${familyLabel(net.family)}: ${top.map(({ feature, share }) => `${feature} ${formatPercent(share)}`).join(', ')}</p>`;
}

function attentionNote({ family, folds }: TrainedNet): string {
  return `${shortFamilyLabel(family)}${folds.length > 1 ? `, mean of ${plural(folds.length, 'fold')}` : ''}`;
}

/** The least number of newest bars that take at least this share of the attention. */
function reachOf(weights: readonly number[], share: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const newestFirst = [...weights].reverse();
  const reached = newestFirst
    .map((_, bar) => newestFirst.slice(0, bar + 1).reduce((sum, weight) => sum + weight, 0))
    .findIndex((sum) => sum >= share * total - 1e-9);
  return reached + 1;
}

const lossText = (loss: number | undefined): string => formatNumber(loss ?? null, 4);
