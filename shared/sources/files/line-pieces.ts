import { LIMITS, type Limits } from './limits';
import { invalidSource } from './source-faults';

/** Whole lines of a text file. */
export interface LinePiece {
  readonly bytes: Buffer;
  /** Line number of the first one, from 1. */
  readonly firstLine: number;
  readonly lineCount: number;
}

const NEWLINE = 10;

/**
 * Cuts a stream of bytes at line borders: first the header line alone, then pieces of at most `linesPerPiece` lines, so
 * that a file of any length is read in bounded memory. The last line need not end in a line break. Throws InvalidSource
 * for a line that is far longer than any line of bars.
 */
export async function* linePieces(
  bytes: AsyncIterable<Buffer>,
  linesPerPiece: number,
  origin: string,
  limits: Pick<Limits, 'lineBytes' | 'pieceBytes'> = LIMITS,
): AsyncGenerator<LinePiece> {
  let parts: Buffer[] = [];
  let lineCount = 0;
  let firstLine = 1;
  let pieceBytes = 0;
  let lineBytes = 0;
  for await (const chunk of bytes) {
    let taken = 0;
    let lineStart = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, end + 1)) {
      lineBytes += end + 1 - lineStart;
      refuseLongLine(lineBytes, limits.lineBytes, firstLine + lineCount, origin);
      pieceBytes += lineBytes;
      lineBytes = 0;
      lineStart = end + 1;
      lineCount += 1;
      if (lineCount < (firstLine === 1 ? 1 : linesPerPiece) && pieceBytes < limits.pieceBytes) continue;
      parts.push(chunk.subarray(taken, end + 1));
      yield { bytes: Buffer.concat(parts), firstLine, lineCount };
      taken = end + 1;
      firstLine += lineCount;
      parts = [];
      lineCount = 0;
      pieceBytes = 0;
    }
    lineBytes += chunk.length - lineStart;
    refuseLongLine(lineBytes, limits.lineBytes, firstLine + lineCount, origin);
    if (taken < chunk.length) parts.push(chunk.subarray(taken));
  }
  if (parts.length === 0) return;
  const rest = Buffer.concat(parts);
  const openLine = rest.at(-1) === NEWLINE ? 0 : 1;
  yield { bytes: rest, firstLine, lineCount: lineCount + openLine };
}

/** A file without line breaks, most likely, or one that was made to harm. */
function refuseLongLine(bytes: number, most: number, line: number, origin: string): void {
  if (bytes > most)
    throw invalidSource(origin, `line ${String(line)} has more than ${String(most)} bytes`, { row: line });
}
