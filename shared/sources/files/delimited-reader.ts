import type { FilesSourceConfig } from '../../contracts/config/source-schema';
import { loadPolars } from '../../runtime/polars';
import { readCarefully, symbolsCarefully } from './careful-rows';
import { readLayout } from './delimited-layout';
import { readFast, symbolsFast } from './fast-rows';
import { readBytes } from './file-bytes';
import type { SourceFile } from './find-files';
import { linePieces, type LinePiece } from './line-pieces';
import { blockRowCount, type FileReader, type RowBlock } from './row-block';

const SYMBOL_SCAN_LINES = 250_000;

/**
 * Opens a CSV, TSV or other delimited text file. Its rows are cut at line borders, so that memory stays bounded, and
 * each piece goes through Polars; a piece that Polars does not take as it stands is read again line by line, which either
 * makes sense of it (blank lines, spaces around numbers, `N/A`) or names the line at fault.
 */
export async function openDelimited(file: SourceFile, config: FilesSourceConfig): Promise<FileReader> {
  const layout = await readLayout(file, config);
  const polars = await loadPolars();

  const pieces = async function* (linesPerPiece: number): AsyncGenerator<LinePiece> {
    for await (const piece of linePieces(readBytes(file), linesPerPiece, file.origin))
      if (piece.firstLine > 1) yield piece;
  };
  const blocks = async function* (symbol: string | null, rowsPerBlock: number): AsyncGenerator<RowBlock> {
    for await (const piece of pieces(rowsPerBlock)) {
      const block = readFast(polars, piece, layout, symbol) ?? readCarefully(piece, layout, symbol);
      if (blockRowCount(block) > 0) yield block;
    }
  };
  const symbols = async (): Promise<ReadonlySet<string>> => {
    const found = new Set<string>();
    for await (const piece of pieces(SYMBOL_SCAN_LINES)) {
      for (const symbol of symbolsFast(polars, piece, layout) ?? symbolsCarefully(piece, layout)) found.add(symbol);
    }
    return found;
  };
  return { timeColumn: layout.header[layout.columns.time] ?? '', blocks, symbols };
}
