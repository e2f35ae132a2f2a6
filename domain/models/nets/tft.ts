import * as tf from '@tensorflow/tfjs-core';
import type { DropoutNoise, NetDefinition, NetPlan, Parameters, WindowShape } from './contract';
import { dropoutSites, dropRows, type DropoutSite, type RowDropout } from './layers/dropout';
import { gatedResidual, gatedResidualParameters, gatedSkip, gatedSkipParameters } from './layers/gated-residual';
import { interpretableAttentionParameters, interpretableLastStepAttention } from './layers/interpretable-attention';
import { lstmLayer } from './layers/lstm-layer';
import { batchMajor, featureMajor } from './layers/recurrent';
import { checked, requireHeads } from './layers/sizes';
import { selectVariables, variableSelectionParameters } from './layers/variable-selection';

export interface TftSizes {
  readonly width: number;
  readonly heads: number;
  readonly lstmLayers: number;
  readonly dropout: number;
}

/** Places of dropout, `width` units each, one mask for all steps. */
const SITES = ['selected', 'recurrent', 'enriched', 'attended', 'fed', 'decoded'] as const;
type Site = (typeof SITES)[number];

/**
 * Temporal Fusion Transformer for the last bar of a window: variable selection over the features of every bar, an LSTM with a
 * gated way around it, a gated residual network, interpretable attention of the last bar to all, a position-wise gated
 * residual network, and a gated way around both. Of the paper's inputs only observed ones exist here: there are no static
 * covariates (so no contexts, and the LSTM starts at 0) and no inputs known ahead (so no decoder LSTM). Quantile outputs are
 * replaced by the heads on the trunk. Inside the variables' own networks nothing is dropped; what was selected is.
 *
 * `explain` gives `variableWeights` (batch x features), the selection weights averaged over the window's bars, and `attention`
 * (batch x lookback), the last bar's attention averaged over heads. Rows of both sum to 1.
 */
export const tft: NetDefinition<TftSizes> = {
  name: 'tft',
  version: 1,
  paper:
    'Lim, Arik, Loeff and Pfister (2021), Temporal Fusion Transformers for Interpretable Multi-horizon Time Series',
  plan: checked('tft', planTft),
};

function planTft(sizes: TftSizes, { lookback, features }: WindowShape): NetPlan {
  const { width, heads, lstmLayers } = sizes;
  requireHeads('tft', width, heads);
  const { sites, total } = dropoutSites(
    sizes.dropout,
    SITES.map(() => width),
  );
  return {
    parameters: [
      ...variableSelectionParameters('selection', features, width),
      ...lstmNames(lstmLayers).flatMap((name) => lstmLayer.parameters(name, width, width)),
      ...gatedSkipParameters('recurrentGate', width),
      ...gatedResidualParameters('enrichment', width),
      ...interpretableAttentionParameters('attention', width, heads),
      ...gatedSkipParameters('attentionGate', width),
      ...gatedResidualParameters('feedForward', width),
      ...gatedSkipParameters('outputGate', width),
    ],
    dropoutUnits: total,
    outputWidth: width,
    trunk: (parameters, windows, noise) => judged(sizes, parameters, windows, noise, sites).output,
    explain: (parameters, windows) => {
      const { weights, attention } = judged(sizes, parameters, windows, null, sites);
      return { variableWeights: tf.mean(tf.reshape(weights, [-1, lookback, features]), 1), attention };
    },
  };
}

function lstmNames(layers: number): readonly string[] {
  return Array.from({ length: layers }, (_, i) => `lstm${i}`);
}

interface Judged {
  /** (batch x width) */
  readonly output: tf.Tensor2D;
  /** (batch * steps x features) */
  readonly weights: tf.Tensor2D;
  /** (batch x steps) */
  readonly attention: tf.Tensor2D;
}

function judged(
  sizes: TftSizes,
  parameters: Parameters,
  windows: tf.Tensor3D,
  noise: DropoutNoise,
  sites: readonly DropoutSite[],
): Judged {
  const [batch, steps, features] = windows.shape;
  const { width } = sizes;
  const dropped =
    (site: Site): RowDropout =>
    (rows) =>
      dropRows(rows, noise, sites[SITES.indexOf(site)], sizes.dropout);
  const bySteps = (rows: tf.Tensor2D): tf.Tensor3D => tf.reshape(rows, [batch, steps, width]);
  const ofLast = (rows: tf.Tensor2D): tf.Tensor2D =>
    tf.reshape(tf.slice(bySteps(rows), [0, steps - 1, 0], [batch, 1, width]), [batch, width]);

  const { chosen, weights } = selectVariables(parameters, 'selection', tf.reshape(windows, [batch * steps, features]));
  const selected = dropped('selected')(chosen); // (batch * steps x width)
  const states = lstmNames(sizes.lstmLayers).reduce(
    (sequence, name) => lstmLayer.sequence(parameters, name, sequence),
    featureMajor(bySteps(selected)),
  );
  const recurrent: tf.Tensor2D = tf.reshape(batchMajor(states), [batch * steps, width]);
  const temporal = gatedSkip(parameters, 'recurrentGate', dropped('recurrent')(recurrent), selected);
  const enriched = gatedResidual(parameters, 'enrichment', temporal, dropped('enriched'));
  const attention = interpretableLastStepAttention(parameters, 'attention', bySteps(enriched), sizes.heads);
  const attended = gatedSkip(parameters, 'attentionGate', dropped('attended')(attention.output), ofLast(enriched));
  const fed = gatedResidual(parameters, 'feedForward', attended, dropped('fed'));
  const output = gatedSkip(parameters, 'outputGate', dropped('decoded')(fed), ofLast(temporal));
  return { output, weights, attention: attention.weights };
}
