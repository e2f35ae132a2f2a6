import type { RawSeries } from './port';

/** Close instant of the newest bar of a series, in whatever order its bars stand; null where it has none. */
export async function newestCloseOf(series: RawSeries): Promise<number | null> {
  let newestMs: number | null = null;
  for await (const { time } of series.chunks()) {
    for (const closeMs of time) if (closeMs > (newestMs ?? -Infinity)) newestMs = closeMs;
  }
  return newestMs;
}
