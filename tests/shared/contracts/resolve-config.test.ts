import fc from 'fast-check';
import {
  DEFAULT_CONFIG,
  FILES_SOURCE_DEFAULTS,
  GENERATED_SOURCE_DEFAULTS,
  PRESETS,
} from '../../../shared/contracts/config/defaults';
import { resolveConfig, symbolConfigOf } from '../../../shared/contracts/config/resolve';
import { runConfigSchema, splitsSchema, type RunConfig } from '../../../shared/contracts/config/schema';

function configOf(input: unknown): RunConfig {
  const resolved = resolveConfig(input);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.faults));
  return resolved.config;
}

function faultsOf(input: unknown): readonly { path: string; message: string }[] {
  const resolved = resolveConfig(input);
  return resolved.ok ? [] : resolved.faults;
}

const saying = (text: string): string => expect.stringContaining(text) as string;

describe('defaults and presets', () => {
  it('are the demonstration where nothing is given', () => {
    for (const nothing of [undefined, null, {}]) expect(configOf(nothing)).toEqual(DEFAULT_CONFIG);
    expect(runConfigSchema.parse(DEFAULT_CONFIG)).toEqual(DEFAULT_CONFIG);
    expect(DEFAULT_CONFIG.source).toEqual(GENERATED_SOURCE_DEFAULTS);
  });

  it.each(Object.keys(PRESETS))('has a valid preset %s, which differs from the defaults', (preset) => {
    const config = configOf({ preset });
    expect(config).not.toEqual(DEFAULT_CONFIG);
    expect(config).not.toHaveProperty('preset');
  });

  it('lays what is given over the preset, and the preset over the defaults', () => {
    const { lightgbm } = configOf({ preset: 'quick', models: { lightgbm: { rounds: 7 } } }).models;
    expect(lightgbm).toEqual({
      ...DEFAULT_CONFIG.models.lightgbm,
      ...PRESETS.quick.models.lightgbm,
      rounds: 7,
    });
  });

  it('names the presets that there are where one is unknown', () => {
    const message = "unknown preset 'fast'; known are quick, standard, production, screening";
    expect(faultsOf({ preset: 'fast' })).toEqual([{ path: 'preset', message }]);
    expect(faultsOf({ preset: 3 })).toEqual([{ path: 'preset', message: saying('unknown preset 3') }]);
    expect(faultsOf({ preset: 'toString' })).toHaveLength(1);
  });

  it('replaces a list as a whole', () => {
    const horizons = [{ bars: 5, upAtr: 1, downAtr: 1 }];
    expect(configOf({ labels: { horizons } }).labels).toEqual({ ...DEFAULT_CONFIG.labels, horizons });
  });

  it('changes no default: a second resolution begins from the same', () => {
    const before = JSON.stringify(DEFAULT_CONFIG);
    configOf({ preset: 'production', clean: { staleBars: 3 }, perSymbol: { A: { clean: { staleBars: 4 } } } });
    expect(JSON.stringify(DEFAULT_CONFIG)).toBe(before);
  });
});

describe('faults', () => {
  it('name unknown keys with their whole path, at any depth', () => {
    expect(faultsOf({ lables: {}, labels: { atrPeriods: 3 }, models: { lightgbm: { leaves: 3 } } })).toEqual(
      expect.arrayContaining([
        { path: 'lables', message: "unknown key; did you mean 'labels'?" },
        { path: 'labels.atrPeriods', message: "unknown key; did you mean 'atrPeriod'?" },
        { path: 'models.lightgbm.leaves', message: "unknown key; did you mean 'numLeaves'?" },
      ]),
    );
  });

  it('do not overlook a key that means something to JavaScript', () => {
    const input = JSON.parse('{"__proto__": {"seed": 1}, "constructor": 2}') as unknown;
    expect(faultsOf(input).map(({ path }) => path)).toEqual(expect.arrayContaining(['__proto__', 'constructor']));
  });

  it('come all at once', () => {
    const paths = faultsOf({
      seed: -1,
      source: { kind: 'generated', bars: 'many' },
      labels: { atrPeriod: 1.5 },
      execution: { successQuorum: 2 },
    }).map(({ path }) => path);
    expect(paths.sort()).toEqual(['execution.successQuorum', 'labels.atrPeriod', 'seed', 'source.bars']);
  });

  it('say what was given where it is no object', () => {
    expect(faultsOf([1])).toEqual([{ path: '', message: saying('given was [1]') }]);
    expect(faultsOf('quick')).toEqual([{ path: '', message: saying("given was 'quick'") }]);
    expect(faultsOf(3)).toHaveLength(1);
  });

  it('refuse a purge below the longest label, with both numbers', () => {
    expect(faultsOf({ splits: { purgeBars: 59 } })).toEqual([
      { path: 'splits.purgeBars', message: saying('59 is below the longest label of 60 bars; give at least 60') },
    ]);
    expect(configOf({ splits: { purgeBars: 60 } }).splits.purgeBars).toBe(60);
  });

  it('refuses more test groups than groups where they are tested, and knows configurations without groups', () => {
    const groups = { count: 4, testGroups: 4 };
    expect(faultsOf({ splits: { scheme: 'cpcv', groups } })).toEqual([
      { path: 'splits.groups.testGroups', message: saying('4 of 4 groups cannot be tested at once') },
    ]);
    expect(configOf({ splits: { scheme: 'purgedKFold', groups } }).splits.groups.count).toBe(4);
    const { groups: left, embargo, ...older } = configOf({}).splits;
    const { window, ...walkForward } = older.walkForward;
    expect(splitsSchema.parse({ ...older, walkForward })).toEqual(configOf({}).splits);
    expect([left.testGroups, embargo, window]).toEqual([2, 'fixed', 'anchored']);
  });

  it('refuse shares that do not make a whole', () => {
    expect(faultsOf({ splits: { holdout: { train: 0.7 } } })).toEqual([
      { path: 'splits.holdout', message: saying('expected 1') },
    ]);
    expect(configOf({ splits: { holdout: { train: 0.7, validation: 0.1, test: 0.2 } } })).toBeDefined();
  });

  it('refuse components of features that nobody selects', () => {
    expect(faultsOf({ select: { pca: 0.9 } })).toEqual([
      { path: 'select.pca', message: saying('components are made of selected features only; set select.enabled') },
    ]);
    expect(faultsOf({ select: { pca: 0.9, enabled: true } })).toEqual([]);
  });

  it('give a configuration of before the selection its defaults', () => {
    const { select, scaling, ...older } = DEFAULT_CONFIG;
    expect(runConfigSchema.parse(older)).toEqual({ ...older, select, scaling });
  });

  it('refuse a run without a model, two horizons alike, and stages the wrong way round', () => {
    const models = { majority: { enabled: false }, logistic: { enabled: false }, lightgbm: { enabled: false } };
    const horizon = { bars: 20, upAtr: 1, downAtr: 1 };
    const faults = faultsOf({ models, labels: { horizons: [horizon, horizon] }, from: 'train', until: 'labels' });
    expect(faults).toEqual([
      { path: 'models', message: saying('no model family is enabled') },
      { path: 'labels.horizons', message: saying('20, 20') },
      { path: 'from', message: saying("'train' comes after 'until' stage 'labels'") },
    ]);
    expect(configOf({ from: 'train', until: 'train' })).toBeDefined();
  });

  it.each([
    ['2026-01-02T03:04:05Z', true],
    ['2026-01-02T03:04:05.678+02:00', true],
    ['2026-01-02', false],
    ['2026-01-02T03:04:05', false],
    ['2026-02-30T00:00:00Z', false],
    ['yesterday', false],
    [1_700_000_000_000, false],
  ])('as-of %j is an instant: %s', (asOf, isInstant) => {
    expect(faultsOf({ asOf }).map(({ path }) => path)).toEqual(isInstant ? [] : ['asOf']);
  });
});

describe('source', () => {
  it('takes the defaults of its kind', () => {
    expect(configOf({ source: { kind: 'files', paths: ['a.csv'], columns: { time: 't' } } }).source).toEqual({
      ...FILES_SOURCE_DEFAULTS,
      paths: ['a.csv'],
      columns: { ...FILES_SOURCE_DEFAULTS.columns, time: 't' },
    });
    expect(configOf({ source: { bars: 2000 } }).source).toEqual({ ...GENERATED_SOURCE_DEFAULTS, bars: 2000 });
  });

  it('refuses another kind, the settings of the other kind, and files without a path', () => {
    expect(faultsOf({ source: { kind: 'ftp' } }).map(({ path }) => path)).toEqual(['source.kind']);
    expect(faultsOf({ source: { kind: 'files', paths: ['a.csv'], bars: 3 } })).toEqual([
      { path: 'source.bars', message: 'unknown key' },
    ]);
    expect(faultsOf({ source: { kind: 'files' } }).map(({ path }) => path)).toEqual(['source.paths']);
    expect(faultsOf({ source: { kind: 'files', paths: [] } }).map(({ path }) => path)).toEqual(['source.paths']);
    expect(faultsOf({ source: 'a.csv' }).map(({ path }) => path)).toEqual(['source']);
    expect(faultsOf({ source: null }).map(({ path }) => path)).toEqual(['source']);
  });
});

describe('differences of a symbol', () => {
  const perSymbol = { THIN: { clean: { stale: 'drop', staleBars: 24 }, labels: { atrPeriod: 20 } } };

  it('are laid over the rest for that symbol alone', () => {
    const config = configOf({ clean: { gapBars: 9 }, perSymbol });
    expect(symbolConfigOf(config, 'THIN').clean).toEqual({
      ...DEFAULT_CONFIG.clean,
      gapBars: 9,
      stale: 'drop',
      staleBars: 24,
    });
    expect(symbolConfigOf(config, 'THIN').labels.atrPeriod).toBe(20);
    expect(symbolConfigOf(config, 'OTHER').clean).toEqual({ ...DEFAULT_CONFIG.clean, gapBars: 9 });
    expect(symbolConfigOf(config, 'toString').clean).toEqual(config.clean);
  });

  it('are checked as laid over, their faults under the path of the symbol', () => {
    const faults = faultsOf({
      perSymbol: {
        A: { clean: { stal: 'drop' } },
        B: { labels: { horizons: [{ bars: 90, upAtr: 1, downAtr: 1 }] } },
        C: { source: {} },
      },
      splits: { purgeBars: 60 },
    });
    expect(faults).toEqual([
      { path: 'perSymbol.A.clean.stal', message: "unknown key; did you mean 'stale'?" },
      { path: 'perSymbol.B.splits.purgeBars', message: saying('60 is below the longest label of 90 bars') },
      { path: 'perSymbol.C.source', message: 'unknown key' },
    ]);
  });
});

/** Inputs that people could give: sound ones, put together at random. */
const anyInput = fc.record(
  {
    preset: fc.constantFrom(...Object.keys(PRESETS)),
    seed: fc.nat(),
    source: fc.oneof(
      fc.record({ bars: fc.integer({ min: 1, max: 10_000 }) }),
      fc.record({ kind: fc.constant('files'), paths: fc.array(fc.string({ minLength: 1 }), { minLength: 1 }) }),
    ),
    symbols: fc.oneof(fc.constant(null), fc.array(fc.string({ minLength: 1 }), { minLength: 1 })),
    clean: fc.record({ staleBars: fc.integer({ min: 1, max: 99 }) }),
    labels: fc.record({ atrPeriod: fc.integer({ min: 2, max: 99 }) }),
    perSymbol: fc.dictionary(fc.string(), fc.record({ features: fc.constant({ higherTimeframeMultiple: 6 }) })),
  },
  { requiredKeys: [] },
);

describe('the whole configuration', () => {
  it('resolves to itself: what a run stored can be started again', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const config = configOf(input);
        expect(configOf(config)).toEqual(config);
        expect(configOf(JSON.parse(JSON.stringify(config)))).toEqual(config);
      }),
    );
  });

  it('never throws, whatever is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('', ...Object.keys(DEFAULT_CONFIG), 'preset'), (value, key) => {
        const { ok } = resolveConfig(key === '' ? value : { [key]: value });
        expect(typeof ok).toBe('boolean');
      }),
    );
  });
});
