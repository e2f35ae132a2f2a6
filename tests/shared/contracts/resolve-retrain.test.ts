import { resolveRetrain } from '../../../shared/contracts/resolve-retrain';

const faultsOf = (config: object) => {
  const resolved = resolveRetrain({ config });
  return resolved.ok ? [] : resolved.faults;
};

describe('the splits of a retrain', () => {
  it.each(['cpcv', 'purgedKFold'])(
    'are refused in one sentence where the model has trained to the last bars: %s',
    (scheme) => {
      expect(faultsOf({ splits: { scheme } })).toEqual([
        {
          path: 'config.splits.scheme',
          message: expect.stringMatching(
            new RegExp(
              `^a retrain takes walkForward or holdout: the model of ${scheme} has trained to the last bars, [^.]+$`,
            ),
          ) as string,
        },
      ]);
    },
  );

  it('are refused for one symbol by its path, and for all of them once', () => {
    expect(faultsOf({ perSymbol: { XAG: { splits: { scheme: 'cpcv' } }, XAU: {} } })).toMatchObject([
      { path: 'config.perSymbol.XAG.splits.scheme' },
    ]);
    expect(faultsOf({ splits: { scheme: 'cpcv' }, perSymbol: { XAU: { labels: { atrPeriod: 20 } } } })).toHaveLength(1);
  });

  it.each(['walkForward', 'holdout'])('are taken otherwise: %s', (scheme) => {
    expect(faultsOf({ splits: { scheme } })).toEqual([]);
  });
});
