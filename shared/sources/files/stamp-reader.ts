import { invalidSource, quoted } from './source-faults';
import { parseStamp, type ParsedStamp } from './stamp-text';
import type { ZoneClock } from './zone-clock';

/** Units in which stamps may be counted from 1970, with the milliseconds that one of them lasts. */
const UNITS = [
  { name: 'seconds', ms: 1000, magnitude: 1e11 },
  { name: 'milliseconds', ms: 1, magnitude: 1e14 },
  { name: 'microseconds', ms: 1e-3, magnitude: 1e17 },
  { name: 'nanoseconds', ms: 1e-6, magnitude: Infinity },
] as const;
type Unit = (typeof UNITS)[number];

const PLAUSIBLE_FROM_MS = Date.UTC(1980, 0, 1);
const PLAUSIBLE_TO_MS = Date.UTC(2100, 0, 1);

interface FirstStamp {
  readonly kind: ParsedStamp['kind'];
  readonly row: number;
  readonly text: string;
}

/**
 * Reads the stamps of one file from its first row to its last as instants (epoch milliseconds), and refuses a file
 * whose stamps are of two kinds: some in a zone of their own and some in none, or numbers in two units. Stamps that each
 * carry their offset may carry different ones: each is an instant of its own.
 */
export class StampReader {
  #first: FirstStamp | null = null;
  #unit: Unit | null = null;
  #previousMs = NaN;

  constructor(
    private readonly origin: string,
    private readonly column: string,
    private readonly clock: ZoneClock,
  ) {}

  /** The instant of a stamp as text; NaN for an empty one. Throws InvalidSource. */
  fromText(text: string | null, row: number): number {
    if (text === null || text === '') return NaN;
    const parsed = parseStamp(text) ?? parseStamp(text.trim());
    if (parsed === null) throw this.#notAStamp(text, row);
    this.#expectKind(parsed.kind, text, row);
    this.#previousMs = this.#toInstant(parsed, text, row);
    return this.#previousMs;
  }

  /** The instant of a wall-clock time given as a number (a Parquet column without a zone), in milliseconds. */
  fromLocal(localMs: number, row: number): number {
    if (Number.isNaN(localMs)) return NaN;
    this.#expectKind('naive', '', row);
    this.#previousMs = this.clock.toInstant(localMs, this.#previousMs);
    return this.#previousMs;
  }

  /** An instant that the file holds as such (a Parquet column with a zone), in epoch milliseconds. */
  fromInstant(instantMs: number, row: number): number {
    if (Number.isNaN(instantMs)) return NaN;
    this.#expectKind('offset', '', row);
    return instantMs;
  }

  /** What was read so far, as the report says it: 'naive stamps read as bar opens in UTC'. */
  describe(stamp: 'open' | 'close'): string {
    switch (this.#first?.kind ?? 'naive') {
      case 'naive':
        return `naive stamps read as bar ${stamp}s in ${this.clock.zone}`;
      case 'offset':
        return `stamps with their own offset read as bar ${stamp}s`;
      case 'epoch':
        return `stamps in ${this.#unit?.name ?? 'seconds'} since 1970 read as bar ${stamp}s`;
    }
  }

  #toInstant(parsed: ParsedStamp, text: string, row: number): number {
    switch (parsed.kind) {
      case 'naive':
        return this.clock.toInstant(parsed.value, this.#previousMs);
      case 'offset':
        return parsed.value;
      case 'epoch':
        return this.#fromEpoch(parsed.value, text, row);
    }
  }

  #fromEpoch(value: number, text: string, row: number): number {
    this.#unit ??= plausibleUnit(value) ?? UNITS.find((unit) => Math.abs(value) < unit.magnitude) ?? UNITS[3];
    const instantMs = Math.round(value * this.#unit.ms);
    if (isPlausible(instantMs)) return instantMs;
    const other = plausibleUnit(value);
    if (other === null) return instantMs;
    throw invalidSource(
      this.origin,
      `column '${this.column}' counts in two units: ${this.#unit.name} in row ${this.#first?.row ?? 0}, but ${quoted(text)} in row ${row} are ${other.name}`,
      { column: this.column, row, value: text },
    );
  }

  #expectKind(kind: ParsedStamp['kind'], text: string, row: number): void {
    this.#first ??= { kind, row, text };
    const first = this.#first;
    if ((first.kind === 'naive') === (kind === 'naive')) return;
    const [withZone, without] = kind === 'naive' ? [first, { row, text }] : [{ row, text }, first];
    throw invalidSource(
      this.origin,
      `times in two zones: column '${this.column}' has a stamp with its own zone in row ${withZone.row} (${quoted(withZone.text)}) and one without in row ${without.row} (${quoted(without.text)}); write all of them one way`,
      { column: this.column, row, value: text },
    );
  }

  #notAStamp(text: string, row: number): Error {
    return invalidSource(
      this.origin,
      `column '${this.column}', row ${row}: ${quoted(text)} is not a time; expected 'YYYY-MM-DD HH:MM:SS', ISO 8601 or a number since 1970`,
      { column: this.column, row, value: text },
    );
  }
}

function isPlausible(instantMs: number): boolean {
  return instantMs >= PLAUSIBLE_FROM_MS && instantMs <= PLAUSIBLE_TO_MS;
}

/** The one unit in which a number is an instant between 1980 and 2100; null where there is none. */
function plausibleUnit(value: number): Unit | null {
  return UNITS.find((unit) => isPlausible(value * unit.ms)) ?? null;
}
