/** Columns [from, from + columns) of a (rows x width) matrix, one array a row. */
function block(values: Float32Array, width: number, from: number, columns: number): readonly Float32Array[] {
  return Array.from({ length: values.length / width }, (_, r) =>
    values.slice(r * width + from, r * width + from + columns),
  );
}

/** Every gate's block of a recurrent kernel (units x gates * units) is orthogonal. */
export function expectOrthogonalGates(kernel: Float32Array | undefined, units: number): void {
  const values = kernel ?? new Float32Array(0);
  const width = values.length / units;
  expect(width % units).toBe(0);
  for (let from = 0; from < width; from += units) {
    const rows = block(values, width, from, units);
    rows.forEach((a, i) =>
      rows.forEach((b, j) => {
        const product = a.reduce((sum, value, k) => sum + value * (b[k] ?? NaN), 0);
        expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-5);
      }),
    );
  }
}

/** Uniform in [-limit, limit): nothing beyond, and a standard deviation of about limit / sqrt(3). */
export function expectUniform(kernel: Float32Array | undefined, limit: number): void {
  const values = kernel ?? new Float32Array(0);
  const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const deviation = Math.hypot(...values) / Math.sqrt(values.length);
  expect(largest).toBeLessThanOrEqual(limit);
  expect((deviation * Math.sqrt(3)) / limit).toBeGreaterThan(0.8);
  expect((deviation * Math.sqrt(3)) / limit).toBeLessThan(1.2);
}
