import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { MetricDeclaration } from './declaration';
import { METRICS } from './declarations';

type InstrumentOf<D> =
  D extends MetricDeclaration<infer Label>
    ? D['kind'] extends 'counter'
      ? Counter<Label>
      : D['kind'] extends 'gauge'
        ? Gauge<Label>
        : Histogram<Label>
    : never;

/** One instrument for each declaration. */
export type Instruments = { readonly [Key in keyof typeof METRICS]: InstrumentOf<(typeof METRICS)[Key]> };

/** Makes the instruments of a process in a registry of its own. */
export function createInstruments(registry: Registry): Instruments {
  const made = Object.entries(METRICS).map(([key, declaration]) => [key, createInstrument(declaration, registry)]);
  return Object.fromEntries(made) as Instruments;
}

function createInstrument(declaration: MetricDeclaration, registry: Registry): Counter | Gauge | Histogram {
  const { kind, name, help, labels, buckets } = declaration;
  const common = { name, help, labelNames: labels, registers: [registry] };
  switch (kind) {
    case 'counter':
      return new Counter(common);
    case 'gauge': {
      const made = new Gauge(common);
      // A gauge without labels would say 0 before anything is known.
      if (labels.length === 0) made.remove();
      return made;
    }
    case 'histogram':
      return new Histogram({ ...common, ...(buckets === undefined ? {} : { buckets: [...buckets] }) });
    default:
      return kind satisfies never;
  }
}
