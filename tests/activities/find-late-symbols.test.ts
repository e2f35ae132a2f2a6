import { MockActivityEnvironment } from '@temporalio/testing';
import type { Result } from '../../domain/core/result';
import { fail, ok } from '../../domain/core/result';
import { findLateSymbols } from '../../activities/find-late-symbols';
import type { LateSymbol } from '../../shared/contracts/run';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import type { BarSource } from '../../shared/sources/port';
import { openStore } from '../../shared/store/open-store';
import { createMemoryObjectStore } from '../support/memory-object-store';
import { STORE_ID, configOf } from './bench';

const AS_OF_MS = Date.UTC(2026, 0, 5);
const HOUR_MS = 3_600_000;
const limited = (details: Readonly<Record<string, unknown>> = {}): Result<number | null> =>
  fail('VendorRateLimited', 'asked too often', details);

/** Looks at a source that answers as the test says, and keeps who was asked for. */
async function look(
  symbols: readonly string[],
  answer: (symbol: string, signal: AbortSignal | undefined, times: number) => Promise<Result<number | null>>,
  { untilMs = Date.now() + HOUR_MS, environment = new MockActivityEnvironment() } = {},
): Promise<{ readonly late: readonly LateSymbol[]; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const store = openStore(createMemoryObjectStore(), () => undefined);
  const config = await store.artifacts.putJson(configOf({}), ARTIFACT_KINDS.config);
  const source: Pick<BarSource, 'newestCloseMs'> = {
    newestCloseMs: (symbol, _enough, signal) => {
      asked.push(symbol);
      return answer(symbol, signal, asked.filter((name) => name === symbol).length);
    },
  };
  const deps = { store, storeId: STORE_ID, source: () => source as BarSource, firstPauseMs: 1 };
  const input = { runId: 'run-1', storeId: STORE_ID, config, asOfMs: AS_OF_MS, maxAgeMs: HOUR_MS, untilMs, symbols };
  const late = await environment.run<[], readonly LateSymbol[], () => Promise<readonly LateSymbol[]>>(() =>
    findLateSymbols(input, deps),
  );
  return { late, asked };
}

describe('the look for late symbols', () => {
  it('answers for the others where the source does not answer for one', async () => {
    const { late, asked } = await look(['AAA', 'BBB', 'CCC'], (symbol) =>
      Promise.resolve(symbol === 'AAA' ? limited() : ok(symbol === 'BBB' ? AS_OF_MS : AS_OF_MS - 2 * HOUR_MS)),
    );
    expect(late).toEqual([
      { symbol: 'AAA', newestMs: null, trouble: 'VendorRateLimited' },
      { symbol: 'CCC', newestMs: AS_OF_MS - 2 * HOUR_MS },
    ]);
    expect(asked).toEqual(['AAA', 'BBB', 'CCC', 'AAA']);
  });

  it('asks again, and forgets a trouble that has passed', async () => {
    const { late } = await look(['AAA'], (_symbol, _signal, times) =>
      Promise.resolve(times === 1 ? limited({ retryAfterMs: 5 }) : ok(AS_OF_MS)),
    );
    expect(late).toEqual([]);
  });

  it('asks more often where the look is the last', async () => {
    const { asked, late } = await look(
      ['AAA'],
      (_symbol, _signal, times) => Promise.resolve(times < 5 ? limited() : ok(AS_OF_MS)),
      { untilMs: 0 },
    );
    expect(asked).toHaveLength(5);
    expect(late).toEqual([]);
  });

  it('does not ask a source for everybody that is away as a whole', async () => {
    const symbols = Array.from({ length: 100 }, (_, i) => `S${String(i)}`);
    const { asked, late } = await look(symbols, () => Promise.resolve(fail('SourceUnavailable', 'no answer')));
    expect(asked).toHaveLength(10);
    expect(late.map(({ symbol }) => symbol)).toEqual(symbols);
  });

  it('hands the cancellation on, and asks nobody afterwards', async () => {
    const environment = new MockActivityEnvironment();
    const asked: string[] = [];
    const looking = look(
      ['AAA', 'BBB'],
      (symbol, signal) => {
        asked.push(symbol);
        return new Promise((resolve) => {
          signal?.addEventListener('abort', () => resolve(fail('SourceUnavailable', 'stopped')));
          environment.cancel();
        });
      },
      { environment },
    );
    await expect(looking).rejects.toMatchObject({ name: 'CancelledFailure' });
    expect(asked).toEqual(['AAA']);
  });
});
