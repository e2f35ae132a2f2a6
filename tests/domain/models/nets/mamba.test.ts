import type { NetPlan } from '../../../../domain/models/nets/contract';
import { mamba } from '../../../../domain/models/nets/mamba';
import { longerSteps } from './support/mamba-cases';
import { describeNet } from './support/net-suite';

const sizes = { width: 6, stateSize: 3, expand: 2, convKernel: 3, layers: 2, chunk: 3, dropout: 0.2 };

describeNet(mamba, {
  tiny: { sizes, window: { lookback: 7, features: 4 } },
  fixtures: ['mamba.json'],
  moved: longerSteps,
  initialised: asInTheReference,
});

function asInTheReference(values: Readonly<Record<string, Float32Array>>, plan: NetPlan): void {
  const { expand, width, stateSize, convKernel, layers } = sizes;
  const channels = expand * width;
  const named = (name: string): Float32Array => values[name] ?? new Float32Array();
  for (const block of ['block0', 'block1']) {
    const rates = Array.from(named(`${block}.logRates`), Math.exp);
    expect(rates.length).toBe(stateSize * channels);
    rates.forEach((rate, i) => expect(rate).toBeCloseTo(1 + Math.floor(i / channels), 5));
    const lengths = Array.from(named(`${block}.step.bias`), (bias) => Math.log1p(Math.exp(bias)));
    expect(lengths.length).toBe(channels);
    expect(Math.min(...lengths)).toBeGreaterThan(0.000_99);
    expect(Math.max(...lengths)).toBeLessThan(0.101);
    expect(new Set(lengths).size).toBe(channels);
    expect(new Set(named(`${block}.skip`))).toEqual(new Set([1]));
    const limits = {
      'input.kernel': width ** -0.5,
      'gate.kernel': width ** -0.5,
      'convolution.kernel': convKernel ** -0.5,
      'convolution.bias': convKernel ** -0.5,
      'selection.kernel': channels ** -0.5,
      'step.kernel': Math.ceil(width / 16) ** -0.5,
      'output.kernel': (channels * layers) ** -0.5,
    };
    for (const [role, limit] of Object.entries(limits)) {
      const largest = Math.max(...named(`${block}.${role}`).map(Math.abs));
      expect(largest / limit).toBeLessThanOrEqual(1.000_001);
      expect(largest / limit).toBeGreaterThan(0.7);
    }
  }
  const undecayed = plan.parameters.filter(({ decay }) => !decay).map(({ name }) => name.replace(/^block\d\./, ''));
  expect(new Set(undecayed)).toEqual(
    new Set(['embedding.bias', 'norm.gain', 'convolution.bias', 'step.bias', 'logRates', 'skip']),
  );
}
