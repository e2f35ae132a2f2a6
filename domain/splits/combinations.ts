/** Number of ways to choose `k` of `n`, exact below 2^53; Infinity beyond. */
export function binomial(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let ways = 1;
  for (let i = 1; i <= Math.min(k, n - k); i += 1) {
    ways = (ways * (n - i + 1)) / i;
    if (ways > Number.MAX_SAFE_INTEGER) return Infinity;
  }
  return Math.round(ways);
}

/** Every choice of `k` of the numbers 0 … n - 1, each ascending, in lexicographic order: [0,1], [0,2], [1,2] for 3 and 2. */
export function combinations(n: number, k: number): readonly (readonly number[])[] {
  const found: number[][] = [];
  const extend = (chosen: readonly number[], from: number): void => {
    if (chosen.length === k) {
      found.push([...chosen]);
      return;
    }
    for (let next = from; next <= n - (k - chosen.length); next += 1) extend([...chosen, next], next + 1);
  };
  extend([], 0);
  return found;
}
