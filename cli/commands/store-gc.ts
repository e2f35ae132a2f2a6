import type { Collected, CollectionRequest } from '../../shared/store/keep/collect';
import { LEAST_GRACE_MS, collect, planOf } from '../../shared/store/keep/collect';
import type { OpenWork } from '../../shared/store/keep/collection-plan';
import { LeaseLost } from '../../shared/store/keep/remove-unused';
import { openObjectStore } from '../../shared/store/open-store';
import { presentOnly } from '../../shared/store/store-identity';
import type { CommandContext } from '../command-context';
import { enterAudit } from '../operate/enter-audit';
import type { ReasonFlags } from '../operate/reason';
import { readReason } from '../operate/reason';
import { askServerIfAny } from '../runtime/client';
import { listOpenWork } from '../runtime/open-work';
import { EXIT, UsageError } from '../usage-error';
import { printJson } from '../views/print-json';
import { collectionJson, collectionLines } from '../views/collection-lines';

export interface StoreGcFlags extends ReasonFlags {
  readonly keepRuns: number;
  readonly keepDays: number;
  readonly graceHours: number;
  readonly apply?: boolean;
  /** A reason where the server is not to be asked. */
  readonly serverCheck: true | string;
  readonly json?: boolean;
}

const HOUR_MS = 3_600_000;
const NOTHING_OPEN: OpenWork = { workflowIds: [], sinceMs: null };

/** `candlewick store gc`: says what would go and why the rest stays; with --apply it goes. */
export async function storeGcCommand(context: CommandContext, flags: StoreGcFlags): Promise<number> {
  const objects = openObjectStore(context.settings);
  const { who } = readReason(flags);
  const request: CollectionRequest = { policy: policyOf(flags), openWork: openWorkOf(context, flags), who };
  if (flags.apply !== true) {
    const planned = await planOf(objects, request);
    show(context, flags, { ...planned, removed: null, spared: [] });
    return EXIT.done;
  }
  try {
    // A folder that is not mounted is no empty store.
    const collected = await collect(presentOnly(objects), request);
    if ('refused' in collected) return refuse(context, collected.refused);
    await enterCollection(context, objects.description, flags, collected);
    show(context, flags, collected);
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    context.say(`${error.message}; what was removed until then is sound, nothing more was removed`);
    return EXIT.failed;
  }
}

function policyOf({ keepRuns, keepDays, graceHours }: StoreGcFlags): CollectionRequest['policy'] {
  const graceMs = graceHours * HOUR_MS;
  if (graceMs < LEAST_GRACE_MS) {
    throw new UsageError(
      `--grace-hours is ${String(graceHours)}; at least ${String(LEAST_GRACE_MS / HOUR_MS)}: an activity may be about to refer to what it has just written`,
    );
  }
  return { keepRuns, keepDays, graceMs };
}

/** Without an answer nobody knows what a running workflow needs: a dry run says so, removing is refused. */
function openWorkOf(context: CommandContext, { serverCheck, apply }: StoreGcFlags): () => Promise<OpenWork> {
  if (serverCheck !== true) {
    if (serverCheck.trim() === '') throw new UsageError('--no-server-check needs a reason; it goes into the audit log');
    return () => Promise.resolve(NOTHING_OPEN);
  }
  return async () => {
    const asked = await askServerIfAny(context, listOpenWork);
    if (asked.answer !== null) return asked.answer;
    if (apply === true) {
      throw new UsageError(
        `${asked.reason.message}. Open runs cannot be asked for, and what they need must stay. Where none can be open: --no-server-check '<reason>'.`,
      );
    }
    context.say(`${asked.reason.message}. What open runs need is not known; --apply would be refused.`);
    return NOTHING_OPEN;
  };
}

function refuse(
  { say }: CommandContext,
  refusal: Extract<Awaited<ReturnType<typeof collect>>, { refused: unknown }>['refused'],
): number {
  if (refusal.kind === 'held') say(`${refusal.by} collects this store now; wait until it is done`);
  else {
    say('nothing is collected: what is kept cannot be read, so nobody knows what it needs');
    for (const obstacle of refusal.obstacles) say(`  ${obstacle}`);
    say(
      'restore these objects from a backup, or remove those that nobody needs (./candlewick store verify says what depends on them)',
    );
  }
  return EXIT.failed;
}

function show(
  context: CommandContext,
  { json, graceHours }: StoreGcFlags,
  collected: Pick<Collected, 'graph' | 'plan' | 'leftovers' | 'spared'> & {
    readonly removed: Collected['removed'] | null;
  },
): void {
  if (json === true) printJson(context, collectionJson(collected));
  else for (const line of collectionLines(collected, String(graceHours))) context.print(line);
}

/** One entry for each collection that removed something or could have. */
function enterCollection(
  context: CommandContext,
  subject: string,
  flags: StoreGcFlags,
  { removed, spared }: Collected,
): Promise<void> {
  const { keepRuns, keepDays, graceHours, serverCheck } = flags;
  const unasked = serverCheck === true ? {} : { withoutServerCheck: serverCheck };
  const details = { keepRuns, keepDays, graceHours, removed, spared: spared.length, ...unasked };
  const fallback = serverCheck === true ? 'retention' : `retention, without asking the server: ${serverCheck}`;
  return enterAudit(context, { action: 'store-collected', subject, details }, flags, fallback);
}
