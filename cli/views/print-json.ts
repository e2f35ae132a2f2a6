/** One JSON document, the same way for every `--json`: indented, for people who look at it too. */
export function printJson({ print }: { readonly print: (line: string) => void }, document: unknown): void {
  print(JSON.stringify(document, null, 2));
}
