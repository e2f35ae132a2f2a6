import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedAlert {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Whether it was answered with 202. */
  readonly accepted: boolean;
}

/** Whether a message was signed with this key in the last minutes: what docs/alerts.md tells a receiver to do. */
export function isSigned(
  given: { readonly body: string; readonly signature: string; readonly key: string },
  nowMs: number,
  toleranceMs = 5 * 60_000,
): boolean {
  const [, seconds, hex] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(given.signature) ?? [];
  if (seconds === undefined || hex === undefined) return false;
  if (Math.abs(nowMs - Number(seconds) * 1000) > toleranceMs) return false;
  const wanted = createHmac('sha256', given.key).update(`${seconds}.${given.body}`).digest();
  return timingSafeEqual(wanted, Buffer.from(hex, 'hex'));
}

/** How one message is met: a status, a status with a pause that is asked for, no answer at all, or a torn connection. */
export type Reception = number | { readonly status: number; readonly retryAfter: string } | 'hang' | 'reset';

/** A receiver of webhooks on the loopback address that misbehaves as it is told, and accepts what comes after. */
export class AlertReceiver {
  readonly received: ReceivedAlert[] = [];
  private readonly receptions: Reception[] = [];
  private server = createServer((request, response) => void this.answer(request, response));
  url = '';

  static async start(): Promise<AlertReceiver> {
    const receiver = new AlertReceiver();
    await new Promise<void>((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    receiver.url = `http://127.0.0.1:${(receiver.server.address() as AddressInfo).port}`;
    return receiver;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  meetWith(...receptions: readonly Reception[]): void {
    this.receptions.push(...receptions);
  }

  /** What was accepted, as JSON. */
  accepted(path?: string): readonly Record<string, unknown>[] {
    return this.received
      .filter((message) => message.accepted && (path === undefined || message.path === path))
      .map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const reception = this.receptions.shift() ?? 202;
    this.received.push({
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
      accepted: reception === 202,
    });
    if (reception === 'hang') return;
    if (reception === 'reset') request.socket.resetAndDestroy();
    else if (typeof reception === 'number') response.writeHead(reception).end();
    else response.writeHead(reception.status, { 'retry-after': reception.retryAfter }).end();
  }
}
