import type { Moments } from './indicators/rolling-moments';
import { LEAST_ATR_SHARE } from './numeric';
import { Scratch } from './indicators/scratch';

/**
 * Formulas over whole columns, each a loop of its own: a function handed to one common loop would be called anew for every
 * bar of every feature. What `fill` gives holds until its next call.
 */
abstract class Formula {
  protected readonly result = new Scratch();
}

/** a / b for a divisor that cannot be negative; NaN where it is zero or missing. */
export class Ratio extends Formula {
  fill(numerators: Float64Array, denominators: Float64Array): Float64Array {
    const ratios = this.result.of(numerators.length);
    for (let i = 0; i < ratios.length; i += 1) {
      const denominator = denominators[i] ?? NaN;
      ratios[i] = denominator > 0 ? (numerators[i] ?? NaN) / denominator : NaN;
    }
    return ratios;
  }
}

/** ln(b / a); NaN where a price is not positive or missing. */
export class LogReturn extends Formula {
  fill(from: Float64Array, to: Float64Array): Float64Array {
    const returns = this.result.of(to.length);
    for (let i = 0; i < returns.length; i += 1) {
      const start = from[i] ?? NaN;
      const end = to[i] ?? NaN;
      returns[i] = start > 0 && end > 0 ? Math.log(end / start) : NaN;
    }
    return returns;
  }
}

export class Difference extends Formula {
  fill(minuends: Float64Array, subtrahends: Float64Array): Float64Array {
    const differences = this.result.of(minuends.length);
    for (let i = 0; i < differences.length; i += 1) differences[i] = (minuends[i] ?? NaN) - (subtrahends[i] ?? NaN);
    return differences;
  }
}

export class Product extends Formula {
  fill(first: Float64Array, second: Float64Array): Float64Array {
    const products = this.result.of(first.length);
    for (let i = 0; i < products.length; i += 1) products[i] = (first[i] ?? NaN) * (second[i] ?? NaN);
    return products;
  }
}

export class Absolute extends Formula {
  fill(values: Float64Array): Float64Array {
    const sizes = this.result.of(values.length);
    for (let i = 0; i < sizes.length; i += 1) sizes[i] = Math.abs(values[i] ?? NaN);
    return sizes;
  }
}

/** Square root of a mean that is given as a sum over `count`; what is below zero by rounding counts as zero. */
export class RootOfMean extends Formula {
  constructor(private readonly count: number) {
    super();
  }

  fill(sums: Float64Array): Float64Array {
    const roots = this.result.of(sums.length);
    const { count } = this;
    for (let i = 0; i < roots.length; i += 1) {
      const mean = (sums[i] ?? NaN) / count;
      roots[i] = mean < 0 ? 0 : Math.sqrt(mean);
    }
    return roots;
  }
}

/** Distance from the mean of a window of `count` values, in standard deviations; NaN where all of them are equal. */
export class StandardScore extends Formula {
  constructor(private readonly count: number) {
    super();
  }

  fill(values: Float64Array, { means, squares }: Moments): Float64Array {
    const scores = this.result.of(values.length);
    const { count } = this;
    for (let i = 0; i < scores.length; i += 1) {
      const spread = squares[i] ?? NaN;
      scores[i] = spread > 0 ? ((values[i] ?? NaN) - (means[i] ?? NaN)) / Math.sqrt(spread / count) : NaN;
    }
    return scores;
  }
}

/** Where a value stands between the lowest and the highest; NaN where they are equal. */
export class PlaceBetween extends Formula {
  fill(values: Float64Array, lowest: Float64Array, highest: Float64Array): Float64Array {
    const places = this.result.of(values.length);
    for (let i = 0; i < places.length; i += 1) {
      const bottom = lowest[i] ?? NaN;
      const range = (highest[i] ?? NaN) - bottom;
      places[i] = range > 0 ? ((values[i] ?? NaN) - bottom) / range : NaN;
    }
    return places;
  }
}

/** Distances in price units as multiples of ATR; NaN where the market does not move (see `LEAST_ATR_SHARE`). */
export class PerAtr extends Formula {
  fill(distances: Float64Array, atr: Float64Array, price: Float64Array): Float64Array {
    const multiples = this.result.of(distances.length);
    for (let i = 0; i < multiples.length; i += 1) {
      const usual = atr[i] ?? NaN;
      multiples[i] = usual > LEAST_ATR_SHARE * (price[i] ?? NaN) ? (distances[i] ?? NaN) / usual : NaN;
    }
    return multiples;
  }
}
