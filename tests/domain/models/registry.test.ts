import { logisticFamily } from '../../../domain/models/logistic';
import { majorityFamily } from '../../../domain/models/majority';
import { createModelRegistry } from '../../../domain/models/registry';

describe('model registry', () => {
  it('finds families by name, in the order given', () => {
    const registry = createModelRegistry([majorityFamily, logisticFamily]);
    expect(registry.names).toEqual(['majority', 'logistic']);
    expect(registry.get('logistic')).toEqual({ ok: true, value: logisticFamily });
  });

  it('answers an unknown name with the names there are', () => {
    const found = createModelRegistry([majorityFamily, logisticFamily]).get('catboost');
    expect(found).toMatchObject({ ok: false, fault: { code: 'InvalidModel' } });
    expect(found.ok ? '' : found.fault.message).toContain("no model family 'catboost'; there are: majority, logistic");
  });

  it('refuses two families of one name', () => {
    expect(() => createModelRegistry([majorityFamily, majorityFamily])).toThrow('share a name');
  });
});
