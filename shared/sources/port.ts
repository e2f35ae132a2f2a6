import type { BarColumns } from '../../domain/core/bars';
import type { Fault, Result } from '../../domain/core/result';
import type { PinnedSeries } from '../contracts/vendor';

export interface SourceSymbol {
  readonly symbol: string;
  /** For people: the path of the file, or 'generated'. */
  readonly origin: string;
}

/** No chunk of a source holds more rows than this. */
export const MAX_CHUNK_ROWS = 500_000;

/**
 * Raw bars as they stand in the source, their time already the instant the bar CLOSES in epoch milliseconds UTC.
 *
 * Neither sorted nor checked: NaN stands where a number, or a stamp, is missing. Cleaning decides about them.
 */
export interface RawSeries {
  readonly symbol: string;
  readonly timeframeMs: number;
  /** One plain sentence on how the stamps were read, for the report. */
  readonly stampNote: string;
  /** SHA-256 of the bytes that the bars come from and of what selects the symbol in them. */
  readonly fingerprint: string;
  /**
   * The bars in the source's order, at most MAX_CHUNK_ROWS at a time; each call starts from the beginning. Throws a
   * SourceError at a fault further down than `open` has looked.
   */
  chunks(): AsyncIterable<BarColumns>;
}

/** Where bars come from. */
export interface BarSource {
  /** Every symbol of the source, sorted. SourceNotFound where a path names no file, InvalidSource where two files give one symbol. */
  list(): Promise<Result<readonly SourceSymbol[]>>;
  /** Changes whenever the raw bytes do; cheap, because nothing is parsed. */
  fingerprint(symbol: string): Promise<Result<string>>;
  /**
   * Close instant of the newest bar, in epoch milliseconds UTC; null where there is none. A vendor is asked, and its answer is
   * kept for whoever reads the symbol next; it is not asked where its snapshot reaches to `enoughMs` already.
   * The signal ends waiting and asking.
   */
  newestCloseMs(symbol: string, enoughMs?: number, signal?: AbortSignal): Promise<Result<number | null>>;
  /** Looks at the first rows, so that most faults are found here and not by `chunks`. */
  open(symbol: string): Promise<Result<RawSeries>>;
  /** Of a vendor: fixes what is read, asking only where the snapshot ends before the as-of instant. */
  pin?(symbol: string, options: PinOptions): Promise<Result<PinnedSeries>>;
  /** Of a vendor: enters that a run has read what was pinned for it; only then is its revision told to no other run. */
  markRead?(symbol: string, pinned: PinnedSeries, runId: string): Promise<Result<void>>;
}

export interface PinOptions {
  /** A snapshot that reaches to this instant is read as it is. */
  readonly asOfMs: number;
  /** The root run that reads: a revision is told to the first run that has read it to the end, and to its retries. */
  readonly runId: string;
  readonly signal?: AbortSignal;
  /** Told what is being done or waited for. */
  readonly onPhase?: (phase: string, pages: number) => void;
}

/** StorageFull: no room to unpack a gzipped Parquet file. */
const SOURCE_ERROR_CODES = [
  'SourceNotFound',
  'SourceUnavailable',
  'InvalidSource',
  'StorageFull',
  'VendorRateLimited',
  'VendorAccessDenied',
  'SourceForbidden',
] as const;
export type SourceErrorCode = (typeof SOURCE_ERROR_CODES)[number];

/** A failure of a source, with its code in the error table: what `RawSeries.chunks` throws. */
export class SourceError extends Error {
  constructor(
    readonly code: SourceErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = code;
  }
}

/** The fault inside a thrown SourceError, told by its code; null where something else was thrown. */
export function sourceFault(error: unknown): Fault | null {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('details' in error)) return null;
  const code = SOURCE_ERROR_CODES.find((known) => known === error.code);
  if (code === undefined) return null;
  return {
    code,
    message: 'message' in error ? String(error.message) : code,
    details: error.details as Readonly<Record<string, unknown>>,
  };
}
