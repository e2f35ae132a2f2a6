/** Every number within `tolerance` of the expected one, relative where that is larger than 1. */
export function expectClose(
  given: ArrayLike<number> | undefined,
  expected: ArrayLike<number> | undefined,
  tolerance: number,
): void {
  const [values, wanted] = [Array.from(given ?? []), Array.from(expected ?? [])];
  expect(values.length).toBe(wanted.length);
  expect(wanted.length).toBeGreaterThan(0);
  const far = values
    .map((value, i) => ({ i, value, wanted: wanted[i] ?? NaN }))
    .filter((pair) => !(Math.abs(pair.value - pair.wanted) <= tolerance * Math.max(1, Math.abs(pair.wanted))));
  expect(far).toEqual([]);
}
