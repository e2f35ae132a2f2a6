import type { Instruments } from '../../../shared/runtime/metrics/instruments';
import { sampleGpus, type GpuSample } from '../../gpu-metrics';
import type { Collector } from '../metrics-page';

/** The graphics processors of this machine; none where it has none. */
export function gpuCollector(
  env: NodeJS.ProcessEnv,
  metrics: Instruments,
  sample: (env: NodeJS.ProcessEnv) => Promise<readonly GpuSample[]> = sampleGpus,
): Collector {
  return {
    name: 'gpus',
    collect: async () => {
      for (const { gpu, utilisation, memoryUsedBytes, memoryTotalBytes } of await sample(env)) {
        metrics.gpuUtilisation.set({ gpu }, utilisation);
        metrics.gpuMemoryUsed.set({ gpu }, memoryUsedBytes);
        metrics.gpuMemoryTotal.set({ gpu }, memoryTotalBytes);
      }
    },
    reset: () => {
      for (const metric of [metrics.gpuUtilisation, metrics.gpuMemoryUsed, metrics.gpuMemoryTotal]) metric.reset();
    },
  };
}
