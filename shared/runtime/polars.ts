import type { pl } from 'nodejs-polars';

export type Polars = typeof pl;

/**
 * Loads nodejs-polars, at its first use and not before: commands that read no table start without it.
 *
 * The only place that loads it. Throws with what to do where the native package of this platform is missing, which
 * happens silently when packages are installed with `--no-optional` or on an unsupported Node.
 */
export async function loadPolars(): Promise<Polars> {
  try {
    return (await import('nodejs-polars')).pl;
  } catch (cause) {
    const platform = `${process.platform}-${process.arch}, Node ${process.versions.node}`;
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new Error(
      `nodejs-polars cannot be loaded on ${platform}: ${reason}. Run \`npm ci\` with optional packages on, then \`./candlewick doctor\`.`,
      { cause },
    );
  }
}
