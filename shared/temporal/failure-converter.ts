import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Puts message and stack of a failure into a payload, which a codec encrypts; both would else stand in the history for
 * everybody to read. Loaded by path, by workers and (bundled) by workflows, and only where payloads are encrypted.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
