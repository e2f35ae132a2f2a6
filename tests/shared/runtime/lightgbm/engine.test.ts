import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelledRows } from '../../../../domain/models/contract';
import type { BoostingRequest } from '../../../../domain/models/engines';
import { createLightGbmEngine } from '../../../../shared/runtime/lightgbm/engine';
import { parameterText } from '../../../../shared/runtime/lightgbm/fit';
import { lightGbmEngine, lightGbmPaths } from '../../../support/lightgbm-engine';

const modelText = readFileSync(join(__dirname, '../../../fixtures/lightgbm-model.txt'), 'utf8');
const row = { data: new Float64Array(8), rows: 1, columns: 8 };

function requestOf(change: Partial<BoostingRequest> = {}): BoostingRequest {
  const rows: LabelledRows = {
    features: { data: Float64Array.from({ length: 60 }, (_, i) => i % 17), rows: 60, columns: 1 },
    labels: Int32Array.from({ length: 60 }, (_, i) => (i % 17 < 8 ? 0 : 1)),
  };
  return {
    train: rows,
    stopping: rows,
    featureNames: ['return, 5 bars "log"'],
    parameters: { objective: 'multiclass', num_class: 2, metric: 'multi_logloss', min_data_in_leaf: 5 },
    rounds: 5,
    earlyStoppingRounds: 5,
    onRound: () => undefined,
    ...change,
  };
}

describe('LightGBM engine', () => {
  it('describes itself by release, hash of the file, threads and device', async () => {
    const { libraryPath, version } = lightGbmPaths();
    const librarySha256 = createHash('sha256').update(readFileSync(libraryPath)).digest('hex');
    expect((await lightGbmEngine(3)).description).toEqual({
      library: 'lightgbm',
      version,
      librarySha256,
      threads: 3,
      device: 'cpu',
    });
  });

  it.each([
    ['a file that is not there', 'no-such-library.so', /ENOENT/],
    ['a file that is no library', __filename, /cannot be loaded from .*\.test\.ts/],
  ])('answers EngineUnavailable with the remedy for %s', async (_name, libraryPath, words) => {
    const engine = await createLightGbmEngine({ libraryPath, gompPath: null, version: '1', threads: 1 });
    expect(engine).toMatchObject({ ok: false, fault: { code: 'EngineUnavailable' } });
    const message = engine.ok ? '' : engine.fault.message;
    expect(message).toMatch(words);
    expect(message).toContain('Run ./candlewick setup');
  });

  it('answers EngineUnavailable for an OpenMP runtime that does not load', async () => {
    const engine = await createLightGbmEngine({ ...lightGbmPaths(), gompPath: __filename, threads: 1 });
    expect(engine).toMatchObject({ ok: false, fault: { code: 'EngineUnavailable' } });
  });

  it('knows the features and classes of a loaded model', async () => {
    const booster = (await lightGbmEngine()).load(modelText);
    if (!booster.ok) throw new Error(booster.fault.message);
    expect([booster.value.featureCount, booster.value.classCount]).toEqual([8, 3]);
    booster.value.dispose();
  });

  it.each([
    ['cut off', modelText.slice(0, modelText.length / 2)],
    ['empty', ''],
    ['of another kind', 'tree\nnothing here\nend of trees\n'],
  ])('refuses a model text that is %s', async (_name, text) => {
    expect((await lightGbmEngine()).load(text)).toMatchObject({ ok: false, fault: { code: 'InvalidModel' } });
  });

  it('refuses rows of another width before the library reads past them', async () => {
    const booster = (await lightGbmEngine()).load(modelText);
    if (!booster.ok) throw new Error(booster.fault.message);
    expect(() => booster.value.predict({ ...row, columns: 7, data: new Float64Array(7) })).toThrow(
      'fitted on 8 features, got 7',
    );
    expect(() => booster.value.contributions({ ...row, columns: 9, data: new Float64Array(9) })).toThrow(
      'fitted on 8 features, got 9',
    );
    booster.value.dispose();
  });

  it('refuses to use what was disposed of, and disposes once', async () => {
    const booster = (await lightGbmEngine()).load(modelText);
    if (!booster.ok) throw new Error(booster.fault.message);
    booster.value.dispose();
    booster.value.dispose();
    expect(() => booster.value.predict(row)).toThrow('disposed of');
    expect(() => booster.value.contributions(row)).toThrow('disposed of');
    expect(() => booster.value.gainImportances()).toThrow('disposed of');
  });

  it('keeps feature names readable in the model text, without what LightGBM refuses', async () => {
    const text = await (await lightGbmEngine()).train(requestOf());
    expect(text.ok && text.value).toContain('\nfeature_names=return__5_bars__log_\n');
  });

  it('lets the event loop turn between rounds', async () => {
    let turns = 0;
    let training = true;
    const count = (): void => {
      turns += 1;
      if (training) setImmediate(count);
    };
    setImmediate(count);
    await (await lightGbmEngine()).train(requestOf({ rounds: 20, earlyStoppingRounds: 20 }));
    training = false;
    expect(turns).toBeGreaterThanOrEqual(10);
  });

  it('keeps at least one tree where nothing can be split', async () => {
    const engine = await lightGbmEngine();
    const request = requestOf();
    const flat = { ...request.train, features: { ...request.train.features, data: new Float64Array(60) } };
    const text = await engine.train({ ...request, train: flat, stopping: flat });
    const booster = engine.load(text.ok ? text.value : '');
    if (!booster.ok) throw new Error(booster.fault.message);
    const { data } = booster.value.predict({ data: new Float64Array(1), rows: 1, columns: 1 });
    const share = request.train.labels.filter((label) => label === 0).length / 60;
    expect(data[0]).toBeCloseTo(share, 6);
    booster.value.dispose();
  });

  it('adds thread count and silence to the parameters, nothing else', () => {
    expect(parameterText({ parameters: { seed: 3, deterministic: true } }, 2)).toBe(
      'seed=3 deterministic=true num_threads=2 verbosity=-1',
    );
  });
});
