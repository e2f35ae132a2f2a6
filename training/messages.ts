import type { Result } from '../domain/core/result';

/** Parent to child: compute this. One at a time; a second is queued behind the first. */
export interface RunMessage {
  readonly kind: 'run';
  readonly job: unknown;
}

/** Child to parent. */
export type ChildMessage =
  | { readonly kind: 'progress'; readonly progress: unknown }
  | { readonly kind: 'result'; readonly result: Result<unknown> };

export function isRunMessage(message: unknown): message is RunMessage {
  return kindOf(message) === 'run';
}

export function isChildMessage(message: unknown): message is ChildMessage {
  const kind = kindOf(message);
  return kind === 'progress' || kind === 'result';
}

function kindOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'kind' in message ? message.kind : undefined;
}
