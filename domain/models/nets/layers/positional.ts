/**
 * Sinusoidal positions (Vaswani et al. 2017): sines in even columns, cosines in odd ones, of wavelengths from 2 pi to
 * 10000 * 2 pi steps. (steps x width), row-major.
 */
export function sinusoidalPositions(steps: number, width: number): Float32Array {
  return Float32Array.from({ length: steps * width }, (_, i) => {
    const [step, column] = [Math.floor(i / width), i % width];
    const angle = step / 10_000 ** ((column - (column % 2)) / width);
    return column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}
