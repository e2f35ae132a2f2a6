/**
 * Fills `out` (rows.length x units, row-major) with uniform numbers in [0, 1) of 24 bits for dropout. Each is a hash of
 * (seed, step, row of the series, unit), so a sample has the same numbers in whatever micro-batch it stands.
 *
 * The hash is the 32-bit finaliser of splitmix32 over a Weyl sequence whose start is hashed from seed, step and row.
 */
export function fillNoise(seed: number, step: number, rows: Int32Array, units: number, out: Float32Array): void {
  const ofStep = mix(mix(seed | 0) ^ step);
  let i = 0;
  for (let r = 0; r < rows.length; r += 1) {
    let counter = mix(ofStep ^ mix((rows[r] ?? 0) + 0x2545f491));
    for (let unit = 0; unit < units; unit += 1) {
      counter = (counter + WEYL) | 0;
      out[i] = (mix(counter) >>> 8) * SCALE;
      i += 1;
    }
  }
}

const WEYL = 0x9e3779b9 | 0;
const SCALE = 2 ** -24;

function mix(x: number): number {
  let t = x ^ (x >>> 16);
  t = Math.imul(t, 0x21f0aaad);
  t ^= t >>> 15;
  t = Math.imul(t, 0x735a2d97);
  return t ^ (t >>> 15);
}
