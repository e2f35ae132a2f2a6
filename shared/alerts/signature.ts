import { createHmac } from 'node:crypto';

export const SIGNATURE_HEADER = 'candlewick-signature';
export const DELIVERY_HEADER = 'candlewick-delivery';

/** `t=<seconds since 1970>,v1=<HMAC-SHA256 of "<t>.<body>" in hexadecimal>`: a captured message cannot be sent again later. */
export function signatureOf(body: string, key: string, nowMs: number): string {
  const seconds = String(Math.floor(nowMs / 1000));
  return `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${body}`, 'utf8').digest('hex')}`;
}
