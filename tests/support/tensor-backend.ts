import { locateNativeParts } from '../../shared/runtime/native-parts';
import { openTensorBackend } from '../../shared/runtime/tensorflow/open-engine';

/** Makes native TensorFlow tfjs's backend of this test process, once, on one thread. */
export function openTestBackend(): Promise<unknown> {
  opened ??= openTensorBackend(locateNativeParts(process.env).tensorflow, 1);
  return opened;
}

let opened: Promise<unknown> | null = null;
