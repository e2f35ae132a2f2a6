import { Registry } from 'prom-client';
import { createInstruments } from '../../../shared/runtime/metrics/instruments';
import { createMetricsPage } from '../../../workers/watch/metrics-page';

describe('the page of metrics', () => {
  it('leaves out a part that cannot even take its old gauges away, and says so', async () => {
    const registry = new Registry();
    const faults: string[] = [];
    const page = createMetricsPage({
      registry,
      metrics: createInstruments(registry),
      collectors: [
        {
          name: 'disk',
          collect: () => Promise.resolve(),
          reset: () => {
            throw new Error('no such gauge');
          },
        },
        { name: 'queues', collect: () => Promise.resolve(), reset: () => undefined },
      ],
      sdkPage: () => Promise.resolve('sdk_gauge 1\n'),
      onFault: (collector, error) => faults.push(`${collector}: ${error instanceof Error ? error.message : ''}`),
    });
    const text = await page();
    expect(text).toContain('collector_up{collector="disk"} 0');
    expect(text).toContain('collector_up{collector="queues"} 1');
    expect(text).toContain('sdk_gauge 1');
    expect(faults).toEqual(['disk: no such gauge']);
  });
});
