import type { RandomStream } from '../../../core/random';
import type { ParameterSpec } from '../contract';

type Initial = ParameterSpec['initial'];

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Every element the same number. */
export function constant(shape: readonly number[], value: number): Initial {
  return () => new Float32Array(elementCount(shape)).fill(value);
}

/** Uniform in [-limit, limit). */
export function uniform(shape: readonly number[], limit: number): Initial {
  return (random) => Float32Array.from({ length: elementCount(shape) }, () => (2 * random.uniform() - 1) * limit);
}

/** Normal with mean 0. */
export function normal(shape: readonly number[], deviation: number): Initial {
  return (random) => Float32Array.from({ length: elementCount(shape) }, () => random.normal() * deviation);
}

/** Glorot and Bengio (2010): uniform with variance 2 / (fanIn + fanOut). */
export function glorotUniform(shape: readonly number[], fanIn: number, fanOut: number): Initial {
  return uniform(shape, Math.sqrt(6 / (fanIn + fanOut)));
}

/** He et al. (2015), for units that are zero half the time: uniform with variance 2 / fanIn. */
export function heUniform(shape: readonly number[], fanIn: number): Initial {
  return uniform(shape, Math.sqrt(6 / fanIn));
}

/**
 * Saxe et al. (2014): orthonormal rows or columns, whichever are fewer, by Gram-Schmidt (twice, for rounding) on normal
 * draws. (rows x columns).
 */
export function orthogonal(rows: number, columns: number): Initial {
  return (random) => {
    const wide = columns > rows;
    const count = wide ? rows : columns;
    const length = wide ? columns : rows;
    const vectors = orthonormalVectors(count, length, random);
    return Float32Array.from({ length: rows * columns }, (_, i) => {
      const [row, column] = [Math.floor(i / columns), i % columns];
      return wide ? (vectors[row]?.[column] ?? NaN) : (vectors[column]?.[row] ?? NaN);
    });
  };
}

function orthonormalVectors(count: number, length: number, random: RandomStream): readonly Float64Array[] {
  const vectors: Float64Array[] = [];
  while (vectors.length < count) {
    let vector = Float64Array.from({ length }, () => random.normal());
    for (let pass = 0; pass < 2; pass += 1) {
      for (const earlier of vectors) {
        const share = dot(vector, earlier);
        vector = vector.map((value, i) => value - share * (earlier[i] ?? 0));
      }
    }
    const norm = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((value) => value / norm));
  }
  return vectors;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
