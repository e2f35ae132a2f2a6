import type { SymbolConfig } from './schema';

type Labels = SymbolConfig['labels'];

/**
 * The section as it stands in keys and in what a trial is: what came later is left out where it is off, so that keys and
 * trials of before there was any stay what they are.
 */
export function labelIdentity({ minReturnBps, meta, kind, trend, ...labels }: Labels): Partial<Labels> {
  return {
    ...labels,
    ...(minReturnBps > 0 ? { minReturnBps } : {}),
    ...(meta === null ? {} : { meta }),
    ...(kind === 'tripleBarrier' ? {} : { kind, trend }),
  };
}
