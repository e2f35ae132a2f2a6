import { join } from 'node:path';
import type { DataConverter } from '@temporalio/common';
import type { ConnectionSettings } from '../runtime/settings/connection-settings';
import { createPayloadCodec } from './payload-codec';

/** Where workers, clients and the bundle of the workflows find the failure converter for encrypted payloads. */
export const FAILURE_CONVERTER_PATH = join(__dirname, 'failure-converter');

type Given = Pick<ConnectionSettings, 'payloadKeys' | 'readsPlaintext' | 'namespace'>;

/** What every client and every worker converts with: nothing special, or encryption where payload keys are set. */
export function dataConverterOf({ payloadKeys, readsPlaintext, namespace }: Given): DataConverter {
  if (payloadKeys === null) return {};
  return {
    payloadCodecs: [createPayloadCodec({ keys: payloadKeys.reveal(), namespace, readsPlaintext })],
    failureConverterPath: FAILURE_CONVERTER_PATH,
  };
}
