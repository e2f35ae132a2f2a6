const MAX_LAST_RULE = 40;

/** Columns padded to their widest cell; numbers to the right. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, c) => Math.max(title.length, ...rows.map((row) => (row[c] ?? '').length)));
  const isNumeric = header.map(
    (_, c) => rows.length > 0 && rows.every((row) => /^[-+]?[\d.,–]*( %)?$/.test(row[c] ?? '')),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, c) => (isNumeric[c] === true ? cell.padStart(widths[c] ?? 0) : cell.padEnd(widths[c] ?? 0)))
      .join('  ')
      .trimEnd();
  // A last column of sentences needs no line as long as the longest.
  const rules = widths.map((width, c) => '-'.repeat(c === widths.length - 1 ? Math.min(width, MAX_LAST_RULE) : width));
  return [line(header), rules.join('  '), ...rows.map(line)].join('\n');
}
