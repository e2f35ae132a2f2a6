const CANDIDATES = ['\t', ';', ',', '|'] as const;

/** Cuts one line into its fields; a field in double quotes may hold the delimiter, and a quote written twice. */
export function splitLine(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter);
  const fields: string[] = [];
  let field = '';
  let insideQuotes = false;
  for (let i = 0; i < line.length; i += 1) {
    const character = line.charAt(i);
    if (character === '"' && insideQuotes && line.charAt(i + 1) === '"') {
      field += '"';
      i += 1;
    } else if (character === '"') {
      insideQuotes = !insideQuotes;
    } else if (character === delimiter && !insideQuotes) {
      fields.push(field);
      field = '';
    } else {
      field += character;
    }
  }
  return [...fields, field];
}

/** The candidate that cuts the header into the most fields; a tab or semicolon before a comma where they tie. */
export function recogniseDelimiter(headerLine: string): string {
  let best: string = ',';
  let bestCount = 1;
  for (const candidate of CANDIDATES) {
    const count = splitLine(headerLine, candidate).length;
    if (count > bestCount) {
      best = candidate;
      bestCount = count;
    }
  }
  return best;
}
