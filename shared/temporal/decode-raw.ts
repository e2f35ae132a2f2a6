import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Payload, ProtoFailure } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils';

/**
 * What the server answers raw (descriptions of pending activities, histories) is as the wire has it, encrypted where
 * payload keys are set. These read it as the client's own calls would.
 */
type Reader = Pick<Client, 'options'>;

/** A payload as it was before the codecs. */
async function decodePayload({ options }: Reader, payload: Payload): Promise<Payload> {
  let payloads = [payload];
  for (const codec of [...options.loadedDataConverter.payloadCodecs].reverse()) payloads = await codec.decode(payloads);
  return payloads[0] ?? payload;
}

/** The value of a raw payload; null where there is none. */
export async function rawValue<T>(client: Reader, payload: Payload | null | undefined): Promise<T | null> {
  if (payload === null || payload === undefined) return null;
  return defaultPayloadConverter.fromPayload<T>(await decodePayload(client, payload));
}

/** A raw failure with message, stack and details readable, and its causes too. */
export async function rawFailure(client: Reader, failure: ProtoFailure): Promise<ProtoFailure> {
  const { encodedAttributes, applicationFailureInfo, cause } = failure;
  const common = await rawValue<{ readonly message?: string; readonly stack_trace?: string }>(
    client,
    encodedAttributes,
  );
  const details = applicationFailureInfo?.details?.payloads;
  return {
    ...failure,
    ...(common === null ? {} : { message: common.message ?? '', stackTrace: common.stack_trace ?? '' }),
    ...(applicationFailureInfo == null || details == null
      ? {}
      : {
          applicationFailureInfo: {
            ...applicationFailureInfo,
            details: { payloads: await Promise.all(details.map((each) => decodePayload(client, each))) },
          },
        }),
    ...(cause == null ? {} : { cause: await rawFailure(client, cause) }),
  };
}

/** A history whose summaries (of activities and timers) are readable; nothing else of it is touched. */
export async function withReadableSummaries(client: Reader, history: History): Promise<History> {
  const events = (history.events ?? []).map(async (event) => {
    const { userMetadata } = event;
    if (userMetadata?.summary == null) return event;
    return { ...event, userMetadata: { ...userMetadata, summary: await decodePayload(client, userMetadata.summary) } };
  });
  return { events: await Promise.all(events) };
}
