import { locateNativeParts } from '../../shared/runtime/native-parts';
import { openTensorLibrary } from '../../shared/runtime/tensorflow/open-library';

/** Makes native TensorFlow tfjs's backend of this test process, once, on one thread. */
export function openTestBackend(): Promise<unknown> {
  opened ??= open();
  return opened;
}

let opened: Promise<unknown> | null = null;

async function open(): Promise<void> {
  const parts = locateNativeParts(process.env);
  const library = await openTensorLibrary({ parts, wanted: 'cpu', threads: 1, deviceVisible: false });
  if (!library.ok) throw new Error(library.fault.message);
  // A test that means TensorFlow must not pass on something else.
  if (library.value.kind !== 'cpu') throw new Error(library.value.reason);
}
