/** The words that were typed: commander hands `undefined` for those that were left out. */
export function given(...words: readonly (string | undefined)[]): readonly string[] {
  return words.filter((word) => word !== undefined);
}
