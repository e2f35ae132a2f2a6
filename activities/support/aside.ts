import type { StoreEvent } from '../../shared/store/measured-object-store';

/**
 * What a computation says besides its progress, for metrics, traces and logs of the worker that asked for it: the child knows
 * the facts, the worker knows the activity. Instants are epoch milliseconds.
 */
export type Aside =
  | { readonly kind: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string }
  | { readonly kind: 'store'; readonly event: StoreEvent }
  /** The trainer has begun: until then the activity waited for one. */
  | { readonly kind: 'began'; readonly atMs: number; readonly pid: number }
  | {
      readonly kind: 'epoch';
      readonly epoch: number;
      readonly startedAtMs: number;
      readonly endedAtMs: number;
      readonly updates: number;
      readonly examples: number;
      readonly trainLoss: number;
      readonly stoppingLoss: number;
    }
  | {
      readonly kind: 'checkpoint';
      readonly step: number;
      readonly reason: string;
      /** `ok`, or the code of what went wrong. */
      readonly outcome: string;
      readonly startedAtMs: number;
      readonly endedAtMs: number;
      readonly bytes: number;
    };
