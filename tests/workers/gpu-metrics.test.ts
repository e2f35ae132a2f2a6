import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { createInstruments } from '../../shared/runtime/metrics/instruments';
import { parseGpus, sampleGpus } from '../../workers/gpu-metrics';
import { gpuCollector } from '../../workers/watch/collectors/gpus';

const MIB = 1024 * 1024;

describe('metrics of graphics processors', () => {
  it('are read from the lines of the driver’s tool, and what cannot be read is left out', () => {
    expect(parseGpus('0, 87, 10240, 143771\n1, [N/A], 0, 143771\n\nno line\n')).toEqual([
      { gpu: '0', utilisation: 0.87, memoryUsedBytes: 10240 * MIB, memoryTotalBytes: 143771 * MIB },
    ]);
  });

  it('are given as gauges with their device', async () => {
    const registry = new Registry();
    const samples = parseGpus('0, 50, 1, 2\n1, 0, 3, 4\n');
    const collector = gpuCollector({}, createInstruments(registry), () => Promise.resolve(samples));
    await collector.collect();
    const text = await registry.metrics();
    expect(text).toContain('# TYPE candlewick_gpu_utilisation_ratio gauge');
    expect(text).toContain('candlewick_gpu_utilisation_ratio{gpu="0"} 0.5\n');
    expect(text).toContain(`candlewick_gpu_memory_used_bytes{gpu="1"} ${String(3 * MIB)}\n`);
    collector.reset();
    expect(await registry.metrics()).not.toContain('{gpu=');
  });

  it('are asked of the tool on the path, and are none where it is missing or fails', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'candlewick-smi-'));
    const env = { PATH: folder };
    expect(await sampleGpus(env)).toEqual([]);
    writeFileSync(join(folder, 'nvidia-smi'), '#!/bin/sh\necho "0, 12, 5, 10"\n', { mode: 0o755 });
    expect(await sampleGpus(env)).toMatchObject([{ gpu: '0', utilisation: 0.12 }]);
    writeFileSync(join(folder, 'nvidia-smi'), '#!/bin/sh\nexit 9\n', { mode: 0o755 });
    expect(await sampleGpus(env)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
