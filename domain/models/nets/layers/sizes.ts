/** Throws a RangeError unless the size is a whole number of at least 1. `where` names net and field: `nhits.hidden`. */
export function requireCount(where: string, size: number): void {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`'${where}' is ${size}; it must be a whole number of at least 1.`);
  }
}

/** The same for every field of `sizes`. */
export function requireCounts(net: string, sizes: Readonly<Record<string, number>>): void {
  for (const [field, size] of Object.entries(sizes)) requireCount(`${net}.${field}`, size);
}

/** Throws a RangeError unless 0 <= rate < 1. */
export function requireDropoutRate(net: string, rate: number): void {
  if (!(rate >= 0 && rate < 1)) {
    throw new RangeError(`'${net}.dropout' is ${rate}; it must be at least 0 and below 1.`);
  }
}
