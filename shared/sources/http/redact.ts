/** An address as it may stand in messages and logs: without its query, where keys and cursors stand. */
export function shownUrl(url: URL): string {
  return `${url.origin}${url.pathname}${url.search === '' ? '' : ' (query left out)'}`;
}

/** Takes a secret out of text that came from elsewhere: some vendors repeat the key in their answers. */
export function redactor(secret: string | null): (text: string) => string {
  if (secret === null) return (text) => text;
  const forms = [...new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])];
  return (text) => forms.reduce((rest, form) => rest.replaceAll(form, '***'), text);
}

/** The first characters of an answer, on one line. */
export function excerpt(body: Uint8Array): string {
  const text = Buffer.from(body.subarray(0, 400))
    .toString('utf8')
    // eslint-disable-next-line no-control-regex -- control characters would garble a terminal
    .replace(/[\u0000-\u001F\u007F\uFFFD\s]+/gu, ' ')
    .trim();
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
