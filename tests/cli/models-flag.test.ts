import { readConfigInput } from '../../cli/config-input';
import { UsageError } from '../../cli/usage-error';

function enabled(models: string): readonly string[] {
  const { config } = readConfigInput({ models }, '/');
  return Object.entries(config.models).flatMap(([family, { enabled: isOn }]) => (isOn ? [family] : []));
}

describe('--models', () => {
  it('trains the families that are named and no others', () => {
    expect(enabled('lightgbm')).toEqual(['lightgbm']);
    expect(enabled('majority, logistic')).toEqual(['majority', 'logistic']);
  });

  it('puts the simple families beside any net, which has to earn its place', () => {
    expect(enabled('tcn,lstm')).toEqual(['majority', 'logistic', 'lightgbm', 'lstm', 'tcn']);
  });

  it('names the nearest family for one that there is not', () => {
    expect(() => enabled('lstn')).toThrow(UsageError);
    expect(() => enabled('lstn')).toThrow(/no model family 'lstn'; did you mean 'lstm'\? Known are majority, /);
    expect(() => enabled('xyz')).toThrow(/no model family 'xyz'\. Known are majority, /);
  });
});
