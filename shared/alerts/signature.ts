import { createHmac, timingSafeEqual } from 'node:crypto';

export const SIGNATURE_HEADER = 'candlewick-signature';
export const DELIVERY_HEADER = 'candlewick-delivery';

/** `t=<seconds since 1970>,v1=<HMAC-SHA256 of "<t>.<body>" in hexadecimal>`: a captured message cannot be sent again later. */
export function signatureOf(body: string, key: string, nowMs: number): string {
  const seconds = String(Math.floor(nowMs / 1000));
  return `t=${seconds},v1=${hmac(`${seconds}.${body}`, key).toString('hex')}`;
}

/** What a receiver does; docs/alerts.md shows the same in a few lines. */
export function isSigned(
  given: { readonly body: string; readonly signature: string; readonly key: string },
  nowMs: number,
  toleranceMs = 5 * 60_000,
): boolean {
  const [, seconds, hex] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(given.signature) ?? [];
  if (seconds === undefined || hex === undefined) return false;
  if (Math.abs(nowMs - Number(seconds) * 1000) > toleranceMs) return false;
  return timingSafeEqual(hmac(`${seconds}.${given.body}`, given.key), Buffer.from(hex, 'hex'));
}

function hmac(text: string, key: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}
