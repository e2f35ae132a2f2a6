/** Initial steps are so short (0.001 to 0.1) that states hardly move the output; these are about 1. */
export function longerSteps(name: string, values: Float32Array): Float32Array {
  if (name.endsWith('.step.bias')) return values.map((value) => value + 4);
  return name.endsWith('.selection.kernel') ? values.map((value) => 10 * value) : values;
}
