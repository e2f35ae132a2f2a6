import { setTimeout as pause } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Fault } from '../domain/core/result';
import type { RunConfig } from '../shared/contracts/config/schema';
import { runConfigSchema } from '../shared/contracts/config/schema';
import type { LateSymbol } from '../shared/contracts/run';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import type { BarSource } from '../shared/sources/port';
import type { Store } from '../shared/store/open-store';
import { assertSameStore } from './support/same-store';
import { StageFault } from './support/stage-fault';
import type { FindLateInput } from './types';

export interface LookDependencies {
  readonly store: Store;
  readonly storeId: string;
  readonly source: (config: RunConfig) => BarSource;
  /** The first pause before symbols in trouble are asked for again; it doubles. Left out: two seconds. */
  readonly firstPauseMs?: number;
}

/** While bars are waited for, the next look comes anyway: whoever is in trouble is asked for once more and not waited for. */
const ROUNDS_WITHIN_WINDOW = 2;
/** The last look decides: pauses of 2, 4, 8 and 16 seconds outlast a vendor that hiccups. */
const ROUNDS_OF_LAST_LOOK = 5;
const FIRST_PAUSE_MS = 2_000;
/** A vendor may ask for hours; the other symbols of the run are not held up for so long. */
const MAX_PAUSE_MS = 60_000;
/** After so many symbols in trouble one after another the source as a whole is away: the rest of the round asks nobody. */
const TROUBLES_IN_A_ROW = 5;

/** What is known of a symbol: its newest close instant, that no look mends what is wrong with it, or a fault that may pass. */
type Look = { readonly newestMs: number | null } | 'unreadable' | { readonly trouble: Fault };

/**
 * Looks which symbols have no bar that is new enough. A symbol that the source does not have (yet) is late; one whose file
 * cannot be read is not, for waiting would not mend it and its ingest says what is wrong. One that the source does not
 * answer for, after a few tries, is late too, with the code of its trouble: it must not hold up the others.
 */
export async function findLateSymbols(input: FindLateInput, deps: LookDependencies): Promise<readonly LateSymbol[]> {
  assertSameStore(input.storeId, deps.storeId);
  const config = runConfigSchema.parse(await deps.store.artifacts.getJson(input.config, ARTIFACT_KINDS.config));
  const source = deps.source(config);
  const { cancellationSignal: signal } = Context.current();
  const enoughMs = input.asOfMs - input.maxAgeMs;
  const isLast = input.untilMs !== undefined && Date.now() >= input.untilMs;
  const rounds = isLast ? ROUNDS_OF_LAST_LOOK : ROUNDS_WITHIN_WINDOW;
  const found = new Map<string, Look>();
  let left = input.symbols;
  for (let round = 1; round <= rounds && left.length > 0; round += 1) {
    if (round > 1) await pause(pauseMs(round, left, found, deps), undefined, { signal });
    await lookRound(source, left, { enoughMs, signal }, found);
    left = left.filter((symbol) => troubleOf(found.get(symbol)) !== null);
  }
  return input.symbols.flatMap((symbol) => lateOf(symbol, found.get(symbol), enoughMs));
}

async function lookRound(
  source: BarSource,
  symbols: readonly string[],
  { enoughMs, signal }: { readonly enoughMs: number; readonly signal: AbortSignal },
  found: Map<string, Look>,
): Promise<void> {
  let inARow: Fault[] = [];
  // One after another: a source file may be large, and this worker has other things to do.
  for (const symbol of symbols) {
    signal.throwIfAborted();
    const [last] = inARow;
    if (last !== undefined && inARow.length >= TROUBLES_IN_A_ROW) {
      found.set(symbol, { trouble: last });
      continue;
    }
    const look = await lookAt(source, symbol, enoughMs, signal);
    // What a cancelled request answers says nothing about the source.
    signal.throwIfAborted();
    found.set(symbol, look);
    const trouble = troubleOf(look);
    inARow = trouble === null ? [] : [trouble, ...inARow];
  }
}

async function lookAt(source: BarSource, symbol: string, enoughMs: number, signal: AbortSignal): Promise<Look> {
  const newest = await source.newestCloseMs(symbol, enoughMs, signal);
  if (newest.ok) return { newestMs: newest.value };
  switch (newest.fault.code) {
    case 'SourceNotFound':
      return { newestMs: null };
    case 'InvalidSource':
    case 'VendorAccessDenied':
      return 'unreadable';
    case 'SourceUnavailable':
    case 'VendorRateLimited':
      return { trouble: newest.fault };
    default:
      throw new StageFault(newest.fault);
  }
}

function troubleOf(look: Look | undefined): Fault | null {
  return typeof look === 'object' && 'trouble' in look ? look.trouble : null;
}

/** Longer from round to round, and as long as the vendor asks for, within bounds. */
function pauseMs(
  round: number,
  left: readonly string[],
  found: ReadonlyMap<string, Look>,
  { firstPauseMs = FIRST_PAUSE_MS }: LookDependencies,
): number {
  const asked = left.map((symbol) => Number(troubleOf(found.get(symbol))?.details?.retryAfterMs ?? 0));
  const longest = asked.reduce((most, ms) => (ms > most ? ms : most), 0);
  return Math.min(MAX_PAUSE_MS, Math.max(firstPauseMs * 2 ** (round - 2), longest));
}

function lateOf(symbol: string, look: Look | undefined, enoughMs: number): readonly LateSymbol[] {
  if (look === undefined || look === 'unreadable') return [];
  if ('trouble' in look) return [{ symbol, newestMs: null, trouble: look.trouble.code }];
  const { newestMs } = look;
  return newestMs === null || newestMs < enoughMs ? [{ symbol, newestMs }] : [];
}
