import { createFeatureComputer, longestWarmUp } from '../../../domain/features/compute';
import { FEATURE_TABLE } from '../../../domain/features/table';
import { ORDINARY, ORDINARY_CONTEXT, randomBars } from '../../support/feature-bars';

const CONTEXT = ORDINARY_CONTEXT;
const ALL = FEATURE_TABLE.map((feature) => feature.name);

describe('createFeatureComputer', () => {
  it('computes all features in the order of the table for null', () => {
    const created = createFeatureComputer(null, CONTEXT);
    expect(created.ok && created.value.names).toEqual(ALL);
  });

  it('computes chosen features in the order given, with the values they have among all', () => {
    const bars = randomBars(ORDINARY);
    const all = createFeatureComputer(null, CONTEXT);
    const chosen = createFeatureComputer(['rsi14', 'logReturn5'], CONTEXT);
    if (!all.ok || !chosen.ok) throw new Error('both are valid');
    const whole = all.value.push(bars);
    expect(chosen.value.names).toEqual(['rsi14', 'logReturn5']);
    expect(chosen.value.push(bars)).toEqual([whole[ALL.indexOf('rsi14')], whole[ALL.indexOf('logReturn5')]]);
  });

  it('two computers do not share state', () => {
    const bars = randomBars(ORDINARY);
    const first = createFeatureComputer(null, CONTEXT);
    const second = createFeatureComputer(null, CONTEXT);
    if (!first.ok || !second.ok) throw new Error('both are valid');
    expect(first.value.push(bars)).toEqual(second.value.push(bars));
  });

  it.each([
    ['an unknown name', ['rsi14', 'rsi15'], CONTEXT, /unknown 'rsi15'; known are 'logReturn1', .*'higher2Slope5'/],
    ['a repeated name', ['rsi14', 'adx14', 'rsi14'], CONTEXT, /'rsi14' given twice/],
    ['no name', [], CONTEXT, /at least one/],
    ['a timeframe of zero', null, { ...CONTEXT, timeframeMs: 0 }, /timeframe.*got 0/],
    ['a timeframe that is not a number', null, { ...CONTEXT, timeframeMs: NaN }, /timeframe.*got NaN/],
    ['a multiple of one', null, { ...CONTEXT, higherTimeframeMultiple: 1 }, /higherTimeframeMultiple.*got 1/],
    [
      'a second timeframe that is not slower than the first',
      null,
      { ...CONTEXT, higherTimeframeMultiple2: 4 },
      /higherTimeframeMultiple2.*above.*\(4\), got 4/,
    ],
    ['what was not fitted', ['fracDiffClose'], { ...CONTEXT, fracDiff: null }, /unknown 'fracDiffClose'/],
    [
      'an order above 1',
      null,
      { ...CONTEXT, fracDiff: { order: 1.05, width: 100, referencePrice: 1 } },
      /order of fracDiff.*got 1\.05/,
    ],
    [
      'a window of one bar',
      null,
      { ...CONTEXT, fracDiff: { order: 0.4, width: 1, referencePrice: 1 } },
      /width of fracDiff.*got 1/,
    ],
    [
      'a reference price of zero',
      null,
      { ...CONTEXT, fracDiff: { order: 0.4, width: 9, referencePrice: 0 } },
      /reference price.*got 0/,
    ],
    ['a broken multiple', null, { ...CONTEXT, higherTimeframeMultiple: 2.5 }, /higherTimeframeMultiple.*got 2\.5/],
  ])('refuses %s', (_, names, context, message) => {
    for (const result of [createFeatureComputer(names, context), longestWarmUp(names, context)]) {
      if (result.ok) throw new Error('was accepted');
      expect(result.fault.code).toBe('InvalidConfig');
      expect(result.fault.message).toMatch(message);
    }
  });
});

it('leaves out of all what was not fitted', () => {
  const created = createFeatureComputer(null, { ...CONTEXT, fracDiff: null });
  expect(created.ok && created.value.names).toEqual(ALL.filter((name) => name !== 'fracDiffClose'));
});

describe('longestWarmUp', () => {
  it.each([
    [null, 4, 199],
    [null, 10, 199],
    [null, 16, 240],
    [['closePosition'], 4, 0],
    [['rsi14', 'macdLineAtr'], 4, 33],
    [['higherRsi14'], 2, 30],
  ])('of %j with %d base bars to a higher one is %d', (names, higherTimeframeMultiple, expected) => {
    expect(longestWarmUp(names, { ...CONTEXT, higherTimeframeMultiple })).toEqual({ ok: true, value: expected });
  });
});
