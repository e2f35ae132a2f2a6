/** The i-th of a list that is known to be that long. */
export function at<T>(list: readonly T[], i: number): T {
  const found = list[i];
  if (found === undefined) throw new RangeError(`There is no element ${i} in a list of ${list.length}.`);
  return found;
}
