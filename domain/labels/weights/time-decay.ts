/**
 * What is left of each label's weight by its age, 1 for the newest. Age is not told by the clock but by what was learnt
 * since: it runs with the sum of the labels' uniqueness x, so that a crowd of labels ages as one.
 *
 * `oldest` in [0, 1]: the line from `oldest` at x = 0 to 1 at the end; 1 is no decay. `oldest` in (−1, 0): the oldest
 * −`oldest` of x weigh nothing, the rest rises from 0 to 1.
 *
 * Example: uniqueness 0.75, 0.5, 1 (x = 0.75, 1.25, 2.25) and `oldest` 0.5 give 0.5 + 0.5 · x / 2.25 = 0.667, 0.778, 1.
 * With `oldest` −0.5: (x / 2.25 − 0.5) / 0.5, not below 0, = 0, 0.111, 1.
 *
 * `uniqueness` is in order of time. Source: López de Prado (2018), ch. 4.7.
 */
export function timeDecay(uniqueness: Float64Array, oldest: number): Float64Array {
  const total = uniqueness.reduce((sum, value) => sum + value, 0);
  const factors = new Float64Array(uniqueness.length);
  let passed = 0;
  for (let i = 0; i < factors.length; i += 1) {
    passed += uniqueness[i] ?? 0;
    const age = passed / total;
    factors[i] = oldest >= 0 ? oldest + (1 - oldest) * age : Math.max(0, (age + oldest) / (1 + oldest));
  }
  return factors;
}
