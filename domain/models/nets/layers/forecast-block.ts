import * as tf from '@tensorflow/tfjs-core';
import type { DropoutNoise, ParameterSpec, Parameters } from '../contract';
import { activate, type Activation } from './activation';
import { dense, denseParameters } from './dense';
import { dropout, type DropoutSite } from './dropout';
import { heUniform, uniform } from './initial';

/** What N-BEATS and N-HiTS have in common: a perceptron with two linear outputs. */
export interface ForecastBlock {
  /** Prefix of its parameters' names. */
  readonly name: string;
  readonly inputs: number;
  readonly hidden: number;
  readonly hiddenLayers: number;
  /** Coefficients of the backcast; 0 in the last block of a net, whose backcast nobody would read. */
  readonly backcast: number;
  /** Coefficients of the forecast. */
  readonly forecast: number;
  readonly activation: Activation;
  readonly dropout: number;
  /** One site for each hidden layer. */
  readonly sites: readonly DropoutSite[];
}

/**
 * `<name>.layer<i>`, `<name>.backcast` (unless it has none) and `<name>.forecast`, each a kernel and a bias.
 * The outputs start a third as strong (in variance) as what they are computed from, PyTorch's habit and so that of the
 * reference implementations: a chain of many blocks would otherwise start by blowing its residual up.
 */
export function forecastBlockParameters(block: ForecastBlock): readonly ParameterSpec[] {
  const { name, hidden } = block;
  const quiet = (outputs: number): ParameterSpec['initial'] => uniform([hidden, outputs], 1 / Math.sqrt(hidden));
  return [
    ...Array.from({ length: block.hiddenLayers }, (_, i) => {
      const inputs = i === 0 ? block.inputs : hidden;
      return denseParameters(`${name}.layer${i}`, inputs, hidden, heUniform([inputs, hidden], inputs));
    }).flat(),
    ...(block.backcast === 0 ? [] : denseParameters(`${name}.backcast`, hidden, block.backcast, quiet(block.backcast))),
    ...denseParameters(`${name}.forecast`, hidden, block.forecast, quiet(block.forecast)),
  ];
}

/** x is (batch x inputs); coefficients are (batch x block.backcast), or null, and (batch x block.forecast). */
export function forecastBlock(
  block: ForecastBlock,
  parameters: Parameters,
  x: tf.Tensor2D,
  noise: DropoutNoise,
): { readonly backcast: tf.Tensor2D | null; readonly forecast: tf.Tensor2D } {
  const { name } = block;
  const hidden = block.sites.reduce((h, site, i) => {
    const active = activate(dense(parameters, `${name}.layer${i}`, h), block.activation);
    return dropout(active, noise, site, block.dropout);
  }, x);
  return {
    backcast: block.backcast === 0 ? null : dense(parameters, `${name}.backcast`, hidden),
    forecast: dense(parameters, `${name}.forecast`, hidden),
  };
}

/** Consecutive pieces of `all`, of `size` entries each. */
export function piecesOf<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}

/** Sums the forecasts of the blocks, each (batch x width). */
export function sumOf(forecasts: readonly tf.Tensor2D[]): tf.Tensor2D {
  const [only] = forecasts;
  if (only === undefined) throw new RangeError('A net of forecast blocks needs at least one block.');
  return forecasts.length === 1 ? only : tf.addN([...forecasts]);
}
