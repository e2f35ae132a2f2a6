import { resolveConfig, symbolConfigOf } from '../../../shared/contracts/config/resolve';
import { configurationIdentity } from '../../../shared/contracts/config/trial-identity';

const HORIZON = 20;

function identity(given: object, horizonBars = HORIZON): string {
  const resolved = resolveConfig(given);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.faults));
  const { config } = resolved;
  return JSON.stringify(
    configurationIdentity(config, symbolConfigOf(config, 'A'), { family: 'lightgbm', horizonBars }),
  );
}

const horizons = (other: number): object => ({
  horizons: [
    { bars: HORIZON, upAtr: 2, downAtr: 2 },
    { bars: other, upAtr: 3, downAtr: 3 },
  ],
});

describe('what counts as another trial', () => {
  it.each([
    ['features that are selected', { select: { enabled: true } }],
    ['returns for the target', { models: { lightgbm: { target: 'return' } } }],
    ['meta-labels', { labels: { meta: { feature: 'rsi14' } } }],
    ['trends for labels', { labels: { kind: 'trendScanning' } }],
    ['a least return', { labels: { minReturnBps: 5 } }],
    ['another scaling', { scaling: 'robust' }],
    ['synthetic rows', { augmentation: { kind: 'stationaryBootstrap' } }],
    ['components', { select: { enabled: true, pca: 0.9 } }],
    ['fewer features', { select: { enabled: true, maxFeatures: 20 } }],
  ])('%s', (_, given) => {
    const [plain, selected] = [identity({}), identity({ select: { enabled: true } })];
    expect(identity(given)).not.toBe(plain);
    if (JSON.stringify(given) !== '{"select":{"enabled":true}}') expect(identity(given)).not.toBe(selected);
  });

  it('another horizon beside it, only where its labels help to select features', () => {
    const [one, other] = [{ labels: horizons(60) }, { labels: horizons(80) }];
    expect(identity(one)).toBe(identity(other));
    const select = { enabled: true };
    expect(identity({ ...one, select })).not.toBe(identity({ ...other, select }));
  });

  it('more copies of synthetic rows, and another length of their blocks', () => {
    const kind = 'stationaryBootstrap';
    const all = [{}, { copies: 2 }, { meanBlockBars: 100 }].map((given) =>
      identity({ augmentation: { kind, ...given } }),
    );
    expect(new Set(all).size).toBe(3);
    expect(identity({ augmentation: { copies: 2 } })).toBe(identity({}));
  });

  it('every section of a configuration but those that only say how it is judged and told', () => {
    const resolved = resolveConfig({});
    if (!resolved.ok) throw new Error(JSON.stringify(resolved.faults));
    const { config } = resolved;
    const symbol = symbolConfigOf(config, 'A');
    const read = new Set<string | symbol>();
    const watched = new Proxy(symbol, {
      get: (target, name) => (read.add(name), target[name as keyof typeof target]),
    });
    configurationIdentity(config, watched, { family: 'lightgbm', horizonBars: HORIZON });
    expect(
      Object.keys(symbol)
        .filter((section) => !read.has(section))
        .sort(),
    ).toEqual(['diagnose', 'evaluation']);
  });

  it('no target that is the class: it was the only one once', () => {
    expect(identity({})).not.toContain('target');
    expect(identity({ models: { lightgbm: { target: 'class' } } })).toBe(identity({}));
  });

  it('no setting of a selection that is off', () => {
    expect(identity({ select: { maxFeatures: 7 } })).toBe(identity({}));
  });
});
