import type { TensorSetting } from '../../inference/tensor-engine';

/** Nets on the processor, on so many threads. */
export function onThreads(threads: number): TensorSetting {
  return { threads, wanted: 'cpu', deviceVisible: false };
}
