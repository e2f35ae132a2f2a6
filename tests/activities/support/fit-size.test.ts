import { emptyMatrix } from '../../../domain/core/matrix';
import { fitBytes, tooLarge, type FitSize } from '../../../activities/support/fit-size';

const GIB = 1024 ** 3;
const TEN_MILLION: FitSize = {
  ...{ family: 'lightgbm', foldId: 'f0', rows: 10_000_000, features: 50, learntRows: 6_000_000 },
  ...{ kind: 'raw', syntheticRows: 0 },
};

describe('the size of a fit', () => {
  it('is at least its matrix and the rows that are gathered from it', () => {
    const { data } = emptyMatrix(1_000, 50);
    for (const kind of ['raw', 'scaled'] as const) {
      const more = fitBytes({ ...TEN_MILLION, kind, rows: 2_000 }) - fitBytes({ ...TEN_MILLION, kind, rows: 1_000 });
      expect(more).toBeGreaterThanOrEqual(2 * data.byteLength);
    }
  });

  it('grows with a scaled copy and with synthetic rows, which stand in a second matrix', () => {
    const raw = fitBytes(TEN_MILLION);
    expect(fitBytes({ ...TEN_MILLION, kind: 'scaled' })).toBeGreaterThan(raw);
    const doubled = { ...TEN_MILLION, rows: 16_000_000, learntRows: 12_000_000 };
    expect(fitBytes({ ...doubled, syntheticRows: 6_000_000 })).toBeGreaterThan(fitBytes(doubled));
  });

  it('is refused in one sentence above the limit, and not below it', () => {
    expect(tooLarge(TEN_MILLION, 16 * GIB)).toBeNull();
    expect(tooLarge(TEN_MILLION, null)).toBeNull();
    const fault = tooLarge(TEN_MILLION, 4 * GIB);
    expect(fault).toMatchObject({
      code: 'FitTooLarge',
      details: { rows: 10_000_000, features: 50, limitBytes: 4 * GIB },
    });
    expect(fault?.message).toMatch(
      /^the fit of lightgbm on fold f0 needs about \d+\.\d GiB for 10,000,000 rows of 50 features, and a trainer here may have 4\.0 GiB: keep fewer features \(select\.maxFeatures\), .*CANDLEWICK_TRAINER_MEMORY_MB/,
    );
  });

  it('of half a million rows of 50 features stays below one and a half gigabytes', () => {
    const half = { ...TEN_MILLION, rows: 500_000, learntRows: 300_000 };
    for (const kind of ['raw', 'scaled', 'windows'] as const) expect(fitBytes({ ...half, kind })).toBeLessThan(1.5e9);
  });
});
