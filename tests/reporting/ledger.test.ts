import type { CleanLedger, Gap } from '../../domain/core/ledger';
import { ledgerSection } from '../../reporting/sections/ledger';
import { fakeRunRecord } from '../support/run-record';

const HOUR_MS = 3_600_000;
const old = fakeRunRecord({ symbols: 1 }).symbols[0]!.ledger!;
const firstMs = old.firstMs!;

const gaps = Array.from({ length: 30 }, (_, i): Gap => {
  const fromMs = firstMs + (i + 1) * 100 * 24 * HOUR_MS;
  return { fromMs, toMs: fromMs + (i + 2) * HOUR_MS, missingBars: i + 1 };
});
const ledger: CleanLedger = {
  ...old,
  stampNote: 'naive stamps read as bar opens in UTC, timeframe 30 min',
  entries: old.entries.map((entry, i) => (i === 0 ? { ...entry, times: [firstMs, firstMs + 900 * HOUR_MS] } : entry)),
  timeline: { closures: 494, gapCount: 36, missingBars: 1_234, gaps },
};

const drawn = (text: string): string => text.slice(text.indexOf('<svg'), text.indexOf('</svg>'));

describe('the gap and repair ledger', () => {
  const { text } = ledgerSection('s0-gaps', ledger, false);

  it('tells usual closures from other gaps, and lists the longest of those', () => {
    expect(text).toContain('Of 530 gaps 494 are usual closures');
    expect(text).toContain('36 gaps besides the usual closures, 1,234 missing bars in all; the longest 20');
    const pauses = [...text.matchAll(/<td class="num">(\d+) h 00 min<\/td>/g)].map(([, hours]) => Number(hours));
    expect(pauses).toEqual(Array.from({ length: 20 }, (_, i) => 31 - i));
  });

  it('draws a block and a stem for every gap, and a mark for every stretch of a decision', () => {
    expect(text).toContain('id="s0-gaps-t"');
    expect(text).toContain('the longest 30 of 36 gaps');
    expect(drawn(text)).toContain('>duplicates<');
    expect(drawn(text)).not.toMatch(/NaN|undefined/);
    const marksOf = (svg: string): number => svg.match(/fill="var\(--bad\)"/g)?.length ?? 0;
    // Duplicates were dropped: their marks have the colour of gaps.
    expect(marksOf(drawn(text))).toBe(2 * gaps.length + 2);
  });

  it('stays below 40 kB with as many gaps as a ledger holds', () => {
    const many = Array.from({ length: 200 }, (_, i): Gap => {
      const fromMs = firstMs + (i + 1) * 17.3 * 24 * HOUR_MS;
      return { fromMs, toMs: fromMs + (5 + ((i * 7) % 90)) * HOUR_MS, missingBars: 9 };
    });
    const timeline = { closures: 0, gapCount: 200, missingBars: 1_800, gaps: many };
    const svg = drawn(ledgerSection('s0-gaps', { ...ledger, timeline }, false).text);
    expect(svg.match(/fill="var\(--bad\)"/g)).toHaveLength(2 * 200 + 2);
    expect(Buffer.byteLength(svg)).toBeLessThan(40_000);
  });

  it('ends the note of the stamps before it goes on', () => {
    expect(text).toContain('Naive stamps read as bar opens in UTC, timeframe 30 min. Nothing was filled in.');
    expect(ledgerSection('x', old, false).text).toContain('read as bar opens in UTC. Nothing was filled in.');
  });

  it('of an older record lists its longest gaps and draws nothing', () => {
    const { text: before } = ledgerSection('x', old, false);
    expect(before).toContain('530 gaps, 25,930 missing bars in all; the longest 20');
    expect(before).not.toContain('<svg');
  });

  it('draws nothing on a crowded page, and says where there is no gap besides the closures', () => {
    expect(ledgerSection('x', ledger, true).text).not.toContain('<svg');
    const quiet = { ...ledger, timeline: { closures: 530, gapCount: 0, missingBars: 0, gaps: [] } };
    expect(ledgerSection('x', quiet, true).text).toContain('No gap besides the usual closures.');
  });
});
