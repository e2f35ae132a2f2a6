import type { Result } from '../domain/core/result';

/** Parent to child: compute this. One at a time; a second is queued behind the first. */
export interface RunMessage {
  readonly kind: 'run';
  readonly job: unknown;
}

/** Parent to child: load your libraries, a job is about to come. */
export interface WarmMessage {
  readonly kind: 'warm';
}

/** Parent to child: save what the job under way has, and answer it. Means nothing to a job that cannot stop. */
export interface StopMessage {
  readonly kind: 'stop';
}

export type ParentMessage = RunMessage | WarmMessage | StopMessage;

/**
 * Child to parent. `stoppable`: the job under way listens from now on, and wants time to save when it is told to stop.
 * `aside`: said besides, for those who watch: measurements, lines of a log.
 */
export type ChildMessage =
  | { readonly kind: 'stoppable' }
  | { readonly kind: 'progress'; readonly progress: unknown }
  | { readonly kind: 'aside'; readonly aside: unknown }
  | { readonly kind: 'result'; readonly result: Result<unknown> };

export function isParentMessage(message: unknown): message is ParentMessage {
  const kind = kindOf(message);
  return kind === 'run' || kind === 'warm' || kind === 'stop';
}

export function isChildMessage(message: unknown): message is ChildMessage {
  const kind = kindOf(message);
  return kind === 'progress' || kind === 'result' || kind === 'stoppable' || kind === 'aside';
}

function kindOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'kind' in message ? message.kind : undefined;
}
