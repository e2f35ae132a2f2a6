/** An address with the symbol in its place, encoded so that no symbol can change the host, the path or another parameter. */
export function templateUrl(template: string, symbol: string): URL {
  return new URL(template.replaceAll('{symbol}', encodeURIComponent(symbol)));
}
