import type { AlertChannel } from '../runtime/settings/alert-settings';
import type { Alert, Notice, NoticeState } from './alert';
import type { AlertBook, Told } from './alert-book';
import type { PostOutcome } from './post';
import type { Findings } from './rules/rules';

/** How long a delivery may take with all its tries; after that whoever claimed it is taken for dead. */
const CLAIM_MS = 3 * 60_000;
/** A channel that fails is left alone for so long, then twice as long, up to the second. */
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
/** An alert that is over for so long is taken out of the store, as a collection does: longer than any run is looked back for. */
const FORGET_MS = 90 * 24 * 3_600_000;

/** Tells what was found, once for each change however many watchers there are. */
export interface AlertDesk {
  /** One round: decides what is to be told, and tells it. Throws only what the store throws. */
  readonly tell: (findings: Findings) => Promise<void>;
}

export interface DeskGiven {
  readonly book: AlertBook;
  readonly channels: readonly AlertChannel[];
  /** Whether a channel is told of this at all. */
  readonly concerns: (channel: AlertChannel, notice: Notice) => boolean;
  readonly send: (channel: AlertChannel, notice: Notice) => Promise<PostOutcome>;
  readonly againMs: number;
  /** Tells this watcher from others. */
  readonly by: string;
  readonly onDelivery: (channel: AlertChannel, notice: Notice, outcome: PostOutcome) => void;
  readonly nowMs?: () => number;
}

export function createAlertDesk(given: DeskGiven): AlertDesk {
  const { book, channels, againMs, nowMs = Date.now } = given;
  const delivery = createDelivery(given);
  const decide = async (findings: Findings): Promise<void> => {
    const told = new Map((await book.read()).map((entry) => [entry.notice.alert.key, entry.notice]));
    for (const alert of findings.alerts) {
      const next = nextNotice(alert, told.get(alert.key) ?? null, againMs, nowMs());
      if (next !== null) await book.add(next);
    }
    const firing = new Set(findings.alerts.map(({ key }) => key));
    for (const [key, notice] of told) {
      if (firing.has(key) || !findings.looked.has(notice.alert.kind)) continue;
      if (notice.state !== 'resolved') await book.add(following(notice, notice.alert, 'resolved', nowMs()));
      else if (nowMs() - Date.parse(notice.at) > FORGET_MS) await book.forget(notice.alert);
    }
  };
  return {
    tell: async (findings) => {
      await decide(findings);
      const entries = await book.read();
      // Channels are independent: one that hangs holds up no other.
      await Promise.all(channels.map((channel) => delivery(channel, entries)));
    },
  };
}

/** What is to be told of something that holds; null: it was told, and not too long ago. */
function nextNotice(alert: Alert, newest: Notice | null, againMs: number, nowMs: number): Notice | null {
  const at = new Date(nowMs).toISOString();
  if (newest === null) return { alert, state: 'firing', number: 1, at, since: at };
  if (newest.state === 'resolved') return { alert, state: 'firing', number: newest.number + 1, at, since: at };
  return nowMs - Date.parse(newest.at) >= againMs ? following(newest, alert, 'again', nowMs) : null;
}

function following(newest: Notice, alert: Alert, state: NoticeState, nowMs: number): Notice {
  return { alert, state, number: newest.number + 1, at: new Date(nowMs).toISOString(), since: newest.since };
}

function createDelivery(given: DeskGiven): (channel: AlertChannel, entries: readonly Told[]) => Promise<void> {
  const { book, concerns, send, by, onDelivery, nowMs = Date.now } = given;
  /** When each claim of another watcher was first seen, by this one's clock: hosts' clocks differ. */
  const claimsSeen = new Map<string, number>();
  /** Claims of our own whose delivery ended without success. */
  const givenUp = new Set<string>();
  /** Accepted, and the mark could not be written: not to be sent again by us. */
  const accepted = new Map<string, Notice>();
  /** By channel; by notice where the receiver refused it, so that it holds up no other. */
  const pauses = new Map<string, { readonly untilMs: number; readonly lengthMs: number }>();

  const mayClaim = (entry: Told, channel: AlertChannel): boolean => {
    const claim = entry.claims.get(channel) ?? 0;
    if (claim === 0) return true;
    const key = claimKey(entry.notice, channel, claim);
    if (givenUp.has(key)) return true;
    const seenMs = claimsSeen.get(key) ?? nowMs();
    claimsSeen.set(key, seenMs);
    return nowMs() - seenMs >= CLAIM_MS;
  };
  const pause = (what: string, retryAfterMs: number | null): void => {
    const lengthMs = Math.min(LONGEST_PAUSE_MS, (pauses.get(what)?.lengthMs ?? FIRST_PAUSE_MS / 2) * 2);
    pauses.set(what, { lengthMs, untilMs: nowMs() + Math.max(lengthMs, retryAfterMs ?? 0) });
  };
  const isPaused = (what: string): boolean => nowMs() < (pauses.get(what)?.untilMs ?? 0);
  const deliver = async (channel: AlertChannel, entry: Told): Promise<'sent' | 'skipped' | 'failed'> => {
    const { notice } = entry;
    const place = claimKey(notice, channel, 0);
    if (accepted.has(place)) {
      await book.settle(notice, channel, 'accepted');
      accepted.delete(place);
      return 'skipped';
    }
    // What was never told needs no end.
    if (!concerns(channel, notice) || (notice.state === 'resolved' && !entry.heard.has(channel))) {
      await book.settle(notice, channel, 'nothing to tell');
      return 'skipped';
    }
    if (isPaused(place) || !mayClaim(entry, channel) || !(await book.claim(entry, channel, by))) return 'skipped';
    const outcome = await send(channel, notice);
    onDelivery(channel, notice, outcome);
    if (outcome.kind === 'accepted') {
      accepted.set(place, notice);
      await book.settle(notice, channel, 'accepted');
      accepted.delete(place);
      pauses.delete(channel);
      return 'sent';
    }
    givenUp.add(claimKey(notice, channel, (entry.claims.get(channel) ?? 0) + 1));
    pause(outcome.isRefused ? place : channel, outcome.retryAfterMs);
    return outcome.isRefused ? 'skipped' : 'failed';
  };
  return async (channel, entries) => {
    if (isPaused(channel)) return;
    const waiting = entries
      .filter(({ settled }) => !settled.has(channel))
      .sort((a, b) => Date.parse(a.notice.at) - Date.parse(b.notice.at));
    for (const entry of waiting) if ((await deliver(channel, entry)) === 'failed') return;
  };
}

function claimKey({ alert, number }: Notice, channel: AlertChannel, claim: number): string {
  return JSON.stringify([alert.key, number, channel, claim]);
}
