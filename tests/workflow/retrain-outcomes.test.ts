import type { PromotionOutcome, RetrainOutcome } from '../../shared/contracts/retrain';
import { listed, outcomeLine, unregisteredLine } from '../../workflows/retrain-outcomes';

/** A payload may have two megabytes; half of one is where the server begins to warn. */
const WARNED_BYTES = 512 * 1024;
const SENTENCE = 'the skill of the challenger is at least 95 % of the skill of the champion on the same rows; '.repeat(
  10,
);

function outcomeOf(i: number, outcome: PromotionOutcome['outcome']): PromotionOutcome {
  const check = { name: 'skill', passed: true, sentence: SENTENCE, measured: 1, wanted: 1 };
  const evidence = { uri: `blobs/${'a'.repeat(64)}`, sha256: 'a'.repeat(64), bytes: 1, kind: 'e', schemaVersion: 1 };
  const verdict = { passed: true, checks: [check, check, check, check], rows: 500, evidence };
  return { model: `daily/S${String(i).padStart(5, '0')}-h20`, version: 1, outcome, reason: SENTENCE, verdict };
}

describe('what a retrain answers of its models', () => {
  it('stays far below what a payload may have, however many there are', () => {
    const all = Array.from({ length: 10_000 }, (_, i) => outcomeLine(outcomeOf(i, 'promoted')));
    const answer = listed(all);
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(WARNED_BYTES);
    expect(answer).toMatchObject({ counts: { promoted: 10_000 }, leftOut: 9_500 });
  });

  it('lists by name, and keeps what somebody has to look at', () => {
    const all: RetrainOutcome[] = Array.from({ length: 600 }, (_, i) => outcomeLine(outcomeOf(i, 'promoted')));
    all.push(outcomeLine(outcomeOf(9_000, 'awaiting')), unregisteredLine('daily/AAA-h20', { code: 'X', message: 'y' }));
    const { outcomes, counts, leftOut } = listed(all);
    expect(outcomes.map(({ model }) => model)).toEqual(outcomes.map(({ model }) => model).sort());
    expect(outcomes.filter(({ outcome }) => outcome !== 'promoted').map(({ version }) => version)).toEqual([null, 1]);
    expect(counts).toEqual({ promoted: 600, awaiting: 1, failed: 1 });
    expect(leftOut).toBe(102);
  });

  it('names the evidence by its reference', () => {
    expect(outcomeLine(outcomeOf(1, 'refused')).evidence).toBe(`blobs/${'a'.repeat(64)}`);
  });
});
