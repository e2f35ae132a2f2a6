/** One JSON document, the same way everywhere: indented, for people who look at it too. */
export function jsonText(document: unknown): string {
  return JSON.stringify(document, null, 2);
}

/** What every `--json` prints. */
export function printJson({ print }: { readonly print: (line: string) => void }, document: unknown): void {
  print(jsonText(document));
}
