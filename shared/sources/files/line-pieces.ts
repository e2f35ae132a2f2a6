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
 * that a file of any length is read in bounded memory. The last line need not end in a line break.
 */
export async function* linePieces(bytes: AsyncIterable<Buffer>, linesPerPiece: number): AsyncGenerator<LinePiece> {
  let parts: Buffer[] = [];
  let lineCount = 0;
  let firstLine = 1;
  for await (const chunk of bytes) {
    let taken = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, end + 1)) {
      lineCount += 1;
      if (lineCount < (firstLine === 1 ? 1 : linesPerPiece)) continue;
      parts.push(chunk.subarray(taken, end + 1));
      yield { bytes: Buffer.concat(parts), firstLine, lineCount };
      taken = end + 1;
      firstLine += lineCount;
      parts = [];
      lineCount = 0;
    }
    if (taken < chunk.length) parts.push(chunk.subarray(taken));
  }
  if (parts.length === 0) return;
  const rest = Buffer.concat(parts);
  const openLine = rest.at(-1) === NEWLINE ? 0 : 1;
  yield { bytes: rest, firstLine, lineCount: lineCount + openLine };
}
