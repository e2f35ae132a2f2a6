/**
 * P(Z ≤ x) of the standard normal distribution.
 *
 * Hart's rational approximation (1968, no. 5666) and beyond 7.07 a continued fraction, as given by West, "Better
 * approximations to cumulative normal functions" (Wilmott Magazine, 2005); agrees with SciPy to 1e-14. NaN in, NaN out.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return NaN;
  const tail = lowerTail(Math.abs(x));
  return x > 0 ? 1 - tail : tail;
}

/**
 * The x with P(Z ≤ x) = p for p in (0, 1); -Infinity at 0, Infinity at 1, NaN outside.
 *
 * Algorithm AS 241 (PPND16) of Wichura (Applied Statistics 37, 1988), about 1 part in 10^16.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const size = r <= 5 ? ratio(FLANK, r - 1.6) : ratio(FAR, r - 5);
  return q < 0 ? -size : size;
}

function lowerTail(size: number): number {
  if (size > 38) return 0;
  const density = Math.exp((-size * size) / 2);
  if (size < 7.07106781186547) return (density * polynomial(HART_TOP, size)) / polynomial(HART_BOTTOM, size);
  const fraction = [4, 3, 2, 1].reduce((below, numerator) => size + numerator / below, size + 0.65);
  return density / fraction / Math.sqrt(2 * Math.PI);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

function ratio({ top, bottom }: { readonly top: readonly number[]; readonly bottom: readonly number[] }, x: number) {
  return polynomial(top, x) / polynomial(bottom, x);
}

// Coefficients in ascending powers.
// prettier-ignore
const HART_TOP = [
  220.206867912376, 221.213596169931, 112.079291497871, 33.912866078383, 6.37396220353165, 0.700383064443688,
  0.0352624965998911,
];
// prettier-ignore
const HART_BOTTOM = [
  440.413735824752, 793.826512519948, 637.333633378831, 296.564248779674, 86.7807322029461, 16.064177579207,
  1.75566716318264, 0.0883883476483184,
];
// prettier-ignore
const CENTRE = {
  top: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
    67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  bottom: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
  ],
};
// prettier-ignore
const FLANK = {
  top: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045,
    1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
  ],
  bottom: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008,
    0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9,
  ],
};
// prettier-ignore
const FAR = {
  top: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
    0.026532189526576124, 0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
  ],
  bottom: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
    0.000018463183175100548, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
};
