/** What a metric is called, what it means and which labels it has. Names end in their unit; labels have few values each. */
export interface MetricDeclaration<Label extends string = string> {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly name: `candlewick_${string}`;
  readonly help: string;
  readonly labels: readonly Label[];
  /** Of a histogram: upper bounds, in the unit of the name. */
  readonly buckets?: readonly number[];
}

interface Plain<Label extends string> extends MetricDeclaration<Label> {
  readonly kind: 'counter';
}

interface Level<Label extends string> extends MetricDeclaration<Label> {
  readonly kind: 'gauge';
}

interface Spread<Label extends string> extends MetricDeclaration<Label> {
  readonly kind: 'histogram';
  readonly buckets: readonly number[];
}

type Name = `candlewick_${string}`;

export function counter<const Label extends string>(
  name: Name,
  help: string,
  labels: readonly Label[] = [],
): Plain<Label> {
  return { kind: 'counter', name, help, labels };
}

export function gauge<const Label extends string>(
  name: Name,
  help: string,
  labels: readonly Label[] = [],
): Level<Label> {
  return { kind: 'gauge', name, help, labels };
}

export function histogram<const Label extends string>(
  name: Name,
  help: string,
  labels: readonly Label[],
  buckets: readonly number[],
): Spread<Label> {
  return { kind: 'histogram', name, help, labels, buckets };
}
