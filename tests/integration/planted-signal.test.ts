import { plantedStudy } from '../support/planted-study';

/** What is planted must be found and no more, and where nothing is planted nothing may be found. */
describe('a planted signal', () => {
  it.each([
    [0.08, 1],
    [0.08, 2],
    [0.08, 3],
    [0.3, 1],
  ])(
    'of strength %d (seed %i) is measured between 60 %% of the oracle and its upper 95 %% limit',
    async (strength, seed) => {
      const { model, oracle, testRows } = await plantedStudy(strength, seed, 20_000);
      expect(testRows).toBeGreaterThan(5_900);
      expect(oracle.low).toBeGreaterThan(0);
      expect(model.value).toBeGreaterThanOrEqual(0.6 * oracle.value);
      expect(model.value).toBeLessThanOrEqual(oracle.high);
    },
    60_000,
  );

  it('of strength 0 is not found: the interval covers 0 in at least 45 of 50 seeds', async () => {
    let covered = 0;
    for (let seed = 0; seed < 50; seed += 1) {
      const { model } = await plantedStudy(0, seed, 3_000);
      if (model.low <= 0 && model.high >= 0) covered += 1;
    }
    expect(covered).toBeGreaterThanOrEqual(45);
  }, 120_000);
});
