import * as tf from '@tensorflow/tfjs-core';
import type { DropoutNoise } from '../contract';

/** A place in a net where units are dropped: `units` columns of the noise, from column `from` on. */
export interface DropoutSite {
  readonly from: number;
  readonly units: number;
}

/** Lays sites of the given widths side by side; `total` is the plan's `dropoutUnits`. With rate 0 nothing is wanted. */
export function dropoutSites(
  rate: number,
  widths: readonly number[],
): { readonly sites: readonly DropoutSite[]; readonly total: number } {
  const sites = widths.map((units, i) => ({ from: widths.slice(0, i).reduce((sum, width) => sum + width, 0), units }));
  return { sites, total: rate === 0 ? 0 : widths.reduce((sum, width) => sum + width, 0) };
}

/**
 * Inverted dropout (Srivastava et al. 2014): a unit is dropped where its noise is below `rate`, the others are scaled by
 * 1 / (1 - rate). x is (batch x units), or (batch x steps x units) where one mask holds for all steps (variational dropout,
 * Gal and Ghahramani 2016). Unchanged without noise or with rate 0.
 */
export function dropout<T extends tf.Tensor>(
  x: T,
  noise: DropoutNoise,
  site: DropoutSite | undefined,
  rate: number,
): T {
  if (noise === null || rate === 0) return x;
  if (site === undefined) throw new RangeError('The net asked for a dropout site that it did not declare.');
  const batch = noise.shape[0];
  const kept = tf.greaterEqual(tf.slice(noise, [0, site.from], [batch, site.units]), rate);
  const mask = tf.mul(tf.cast(kept, 'float32'), 1 / (1 - rate));
  const shape = x.rank === 3 ? [batch, 1, site.units] : [batch, site.units];
  return tf.mul(x, tf.reshape(mask, shape));
}

/** Drops units of (rows x width) at a place that was chosen before. */
export type RowDropout = (x: tf.Tensor2D) => tf.Tensor2D;

/** `dropout` of (rows x width), the rows of a sample side by side, with one mask for all rows of a sample. */
export function dropRows(
  x: tf.Tensor2D,
  noise: DropoutNoise,
  site: DropoutSite | undefined,
  rate: number,
): tf.Tensor2D {
  if (noise === null || rate === 0) return x;
  const [rows, width] = x.shape;
  const samples = noise.shape[0];
  const bySample: tf.Tensor3D = tf.reshape(x, [samples, rows / samples, width]);
  return tf.reshape(dropout(bySample, noise, site, rate), [rows, width]);
}
