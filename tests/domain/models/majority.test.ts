import { majorityFamily } from '../../../domain/models/majority';
import { contextOf, itKeepsTheFamilyContract } from './family-cases';

itKeepsTheFamilyContract('majority', { family: () => Promise.resolve(majorityFamily), params: {}, learns: false });

describe('majority class', () => {
  it('predicts the class shares by the rule of succession', async () => {
    const features = { data: new Float64Array(5), rows: 5, columns: 1 };
    const train = { features, labels: Int32Array.of(2, 2, 2, 0, 2) };
    const fitted = await majorityFamily.fit(train, train, {}, contextOf());
    if (!fitted.ok) throw new Error(fitted.fault.message);
    const { data } = fitted.value.predictProbabilities({ data: new Float64Array(1), rows: 1, columns: 1 });
    expect([...data]).toEqual([2 / 8, 1 / 8, 5 / 8]);
    expect(fitted.value.importances).toBeNull();
  });
});
