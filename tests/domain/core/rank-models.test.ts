import fc from 'fast-check';
import { chooseModel } from '../../../activities/promotion/choose-model';
import { rankModels } from '../../../domain/core/rank-models';
import type { RankedModel } from '../../../domain/core/rank-models';
import { candidateOf } from '../../../reporting/verdict/candidate';
import type { ModelRecord } from '../../../shared/contracts/run-record';
import { fakeRunRecord } from '../../support/run-record';

const of = (family: string, horizonBars: number, choosingLogLoss: number | null): RankedModel => ({
  family,
  horizonBars,
  choosingLogLoss,
});
const named = (models: readonly RankedModel[]) =>
  rankModels(models).map(({ family, horizonBars }) => `${family}-h${String(horizonBars)}`);

describe('the order of models', () => {
  it('is by the lead over the majority class of their own horizon', () => {
    const models = [
      of('majority', 8, 1.0),
      of('logistic', 8, 0.99),
      of('majority', 20, 1.09),
      of('lightgbm', 20, 1.05),
    ];
    expect(named(models)).toEqual(['lightgbm-h20', 'logistic-h8', 'majority-h8', 'majority-h20']);
  });

  it('has what is not defined behind, the majority class last, and equals by name and horizon', () => {
    const models = [
      ...[of('majority', 8, 0.1), of('tcn', 8, null), of('gru', 8, NaN), of('lightgbm', 20, 0.5)],
      ...[of('logistic', 20, 0.4), of('logistic', 16, 0.4), of('lightgbm', 16, 0.4)],
    ];
    expect(named(models)).toEqual([
      ...['lightgbm-h16', 'logistic-h16', 'logistic-h20', 'lightgbm-h20', 'gru-h8', 'tcn-h8', 'majority-h8'],
    ]);
  });

  it('is the one by which a model is registered and by which the report judges', () => {
    const [symbol] = fakeRunRecord({ symbols: 1 }).symbols;
    const [model] = symbol?.models ?? [];
    if (symbol === undefined || model === undefined) throw new Error('the record has no model');
    const bundle = { uri: 'blobs/00/0', sha256: '0'.repeat(64), bytes: 1, kind: 'bundle', schemaVersion: 1 };
    const families = fc.constantFrom('majority', 'logistic', 'lightgbm', 'tcn', 'gru') as fc.Arbitrary<
      ModelRecord['family']
    >;
    const records = fc.uniqueArray(
      fc.record({
        family: families,
        horizonBars: fc.constantFrom(8, 20),
        choosingLogLoss: fc.oneof(
          fc.constant(null),
          fc.constantFrom(0.9, 1, 1.1),
          fc.double({ min: 0.5, max: 1.5, noNaN: true }),
        ),
      }),
      { selector: ({ family, horizonBars }) => `${family}${String(horizonBars)}`, minLength: 1 },
    );
    fc.assert(
      fc.property(records, (ranked) => {
        const models = ranked.map((one): ModelRecord => ({ ...model, ...one, bundle }));
        const judged = candidateOf({ ...symbol, models })?.model ?? null;
        const best = rankModels(models).find(({ family }) => family !== 'majority') ?? null;
        expect(judged).toBe(best);
        for (const horizonBars of [8, 20]) {
          const own = models.filter((one) => one.horizonBars === horizonBars);
          expect(chooseModel(models, horizonBars)).toBe(rankModels(own)[0] ?? null);
        }
        if (judged !== null) expect(chooseModel(models, judged.horizonBars)).toBe(judged);
      }),
    );
  });
});
