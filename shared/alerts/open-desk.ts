import type { AlertChannel, AlertSettings } from '../runtime/settings/alert-settings';
import type { ReadSecret } from '../runtime/secrets';
import type { ObjectStore } from '../store/port';
import { createAlertBook } from './alert-book';
import type { AlertDesk } from './alert-desk';
import { createAlertDesk } from './alert-desk';
import type { Notice } from './alert';
import { concerns, installationOf, requestOf } from './channels';
import type { PostOutcome, PostPatience } from './post';
import { PATIENCE, post } from './post';

type Settings = AlertSettings & { readonly namespace: string };

/** How a notice is sent on a channel. A secret that is missing is a failed delivery: it may be mended while we wait. */
export function sender(
  settings: Settings,
  readSecret: ReadSecret,
  signal: AbortSignal,
  patience: PostPatience = PATIENCE,
): (channel: AlertChannel, notice: Notice) => Promise<PostOutcome> {
  const installation = installationOf(settings);
  const { pagerDutyUrl } = settings.alerts;
  return async (channel, notice) => {
    try {
      const request = requestOf(channel, notice, installation, { pagerDutyUrl, readSecret });
      return await post(request, patience, signal);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: 'failed', reason, tries: 0, isRefused: false, retryAfterMs: null };
    }
  };
}

/** The desk of an installation, on its store and its channels. */
export function openAlertDesk(given: {
  readonly objects: ObjectStore;
  readonly settings: Settings;
  readonly readSecret: ReadSecret;
  readonly by: string;
  readonly signal: AbortSignal;
  readonly onDelivery: (channel: AlertChannel, notice: Notice, outcome: PostOutcome) => void;
  readonly patience?: PostPatience;
  readonly nowMs?: () => number;
}): AlertDesk {
  const { objects, settings, readSecret, by, signal, onDelivery, patience, nowMs = Date.now } = given;
  const { channels, againMs, pagerDutyFrom } = settings.alerts;
  return createAlertDesk({
    book: createAlertBook(objects),
    channels,
    concerns: (channel, notice) => concerns(channel, notice, pagerDutyFrom),
    send: sender(settings, readSecret, signal, patience),
    ...{ againMs, by, onDelivery, nowMs },
  });
}
