import { concatBars } from '../../../domain/core/bars';
import type { BarColumns } from '../../../domain/core/bars';
import type { Result } from '../../../domain/core/result';
import { createGenerator } from '../../../domain/generate/generator';
import { GENERATED_SOURCE_DEFAULTS } from '../../../shared/contracts/config/defaults';
import type { GeneratedSourceConfig } from '../../../shared/contracts/config/source-schema';
import { createGeneratedSource } from '../../../shared/sources/generated';

const CONFIG: GeneratedSourceConfig = { ...GENERATED_SOURCE_DEFAULTS, bars: 400 };

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.fault.message);
  return result.value;
}

async function collect(chunks: AsyncIterable<BarColumns>): Promise<BarColumns[]> {
  const collected = [];
  for await (const chunk of chunks) collected.push(chunk);
  return collected;
}

async function fingerprintOf(config: GeneratedSourceConfig, symbol: string): Promise<string> {
  return valueOf(await createGeneratedSource(config).fingerprint(symbol));
}

describe('the generated source', () => {
  it('lists its symbols in order', async () => {
    const listed = valueOf(await createGeneratedSource(CONFIG).list());
    expect(listed.map(({ symbol }) => symbol)).toEqual(['GEN01', 'GEN02', 'GEN03', 'GEN04']);
    const many = valueOf(await createGeneratedSource({ ...CONFIG, symbolCount: 120 }).list()).map(
      ({ symbol }) => symbol,
    );
    expect(many).toHaveLength(120);
    expect(many).toEqual([...many].sort());
    expect(many).toContain('GEN120');
  });

  it('opens a symbol as the bars of the generator, each time from the beginning', async () => {
    const series = valueOf(await createGeneratedSource(CONFIG).open('GEN03'));
    const expected = concatBars([...createGenerator(CONFIG, 2).chunks()]);
    expect(concatBars(await collect(series.chunks()))).toEqual(expected);
    expect(concatBars(await collect(series.chunks()))).toEqual(expected);
    expect(series).toMatchObject({ symbol: 'GEN03', timeframeMs: 3_600_000 });
    expect(series.stampNote).toMatch(/close.*UTC/);
    expect(series.fingerprint).toBe(await fingerprintOf(CONFIG, 'GEN03'));
  });

  it('cuts chunks at the size asked for', async () => {
    const series = valueOf(await createGeneratedSource(CONFIG, 150).open('GEN01'));
    expect((await collect(series.chunks())).map(({ time }) => time.length)).toEqual([150, 150, 100]);
  });

  it('changes a fingerprint exactly when the symbol’s bars change', async () => {
    const first = await fingerprintOf(CONFIG, 'GEN01');
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await fingerprintOf(CONFIG, 'GEN02')).not.toBe(first);
    const changes: Partial<GeneratedSourceConfig>[] = [
      { bars: 401 },
      { seed: 8 },
      { timeframeMinutes: 30 },
      { signalStrength: 0 },
    ];
    for (const change of changes) expect(await fingerprintOf({ ...CONFIG, ...change }, 'GEN01')).not.toBe(first);
    expect(await fingerprintOf({ ...CONFIG, symbolCount: 9, delistOne: false }, 'GEN01')).toBe(first);
    expect(await fingerprintOf({ ...CONFIG, delistOne: false }, 'GEN04')).not.toBe(
      await fingerprintOf(CONFIG, 'GEN04'),
    );
  });

  it('does not know other symbols, and says which it has', async () => {
    const source = createGeneratedSource(CONFIG);
    for (const result of [await source.open('EURUSD'), await source.fingerprint('EURUSD')]) {
      expect(result.ok ? '' : result.fault.code).toBe('SourceNotFound');
      expect(result.ok ? '' : result.fault.message).toMatch(/'EURUSD'.*GEN01 to GEN04/);
    }
  });
});
