import type { ObjectStore } from '../../shared/store/port';
import { StoreError } from '../../shared/store/port';

export interface DiskFullStore extends ObjectStore {
  /** Makes room: from now on nothing is refused. */
  readonly free: () => void;
  /** Refuses again, after so many more puts. */
  readonly fill: (afterPuts: number) => void;
}

/**
 * A store whose disk is full after so many puts: it answers as the folder does on ENOSPC. With `leavesHalf` the refused object
 * stays there half-written, as a store without our habits would leave it.
 */
export function diskFullStore(
  inner: ObjectStore,
  { after, leavesHalf = false }: { readonly after: number; readonly leavesHalf?: boolean },
): DiskFullStore {
  let left = after;
  return {
    ...inner,
    put: async (key, bytes, options) => {
      if (left > 0) {
        left -= 1;
        return inner.put(key, bytes, options);
      }
      if (leavesHalf) await inner.put(key, bytes.subarray(0, bytes.length / 2), options);
      throw new StoreError('StorageFull', `no space left while writing ${key}; the half-written file was removed`, {
        cause: Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }),
      });
    },
    free: () => {
      left = Infinity;
    },
    fill: (afterPuts) => {
      left = afterPuts;
    },
  };
}
