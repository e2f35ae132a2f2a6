import { statfs } from 'node:fs/promises';
import type { Instruments } from '../../../shared/runtime/metrics/instruments';
import type { Collector } from '../metrics-page';

/** The disk under a store in a folder. */
export function diskCollector(folder: string, metrics: Instruments): Collector {
  return {
    name: 'disk',
    collect: async () => {
      const { bavail, blocks, bsize } = await statfs(folder);
      metrics.storeFree.set(bavail * bsize);
      metrics.storeSize.set(blocks * bsize);
    },
    reset: () => {
      for (const metric of [metrics.storeFree, metrics.storeSize]) metric.remove();
    },
  };
}
