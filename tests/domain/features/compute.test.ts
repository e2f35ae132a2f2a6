import { createFeatureComputer } from '../../../domain/features/compute';
import { warmUpBars } from '../../../domain/features/declaration';
import { CROSS_FEATURES } from '../../../domain/features/families/cross';
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
    [
      'what was not fitted',
      ['fracDiffClose'],
      { ...CONTEXT, fracDiff: null },
      /'fracDiffClose' needs features\.fracDiff\.enabled/,
    ],
    ['a symbol beside that is none', ['crossBeta60'], CONTEXT, /'crossBeta60' needs a symbol under features\.cross/],
    [
      'another symbol beside',
      ['crossBeta60:XAG'],
      { ...CONTEXT, cross: ['XAU'] },
      /'crossBeta60:XAG' needs 'XAG' under features\.cross/,
    ],
    ['a symbol beside twice', null, { ...CONTEXT, cross: ['XAU', 'XAU'] }, /cross names 'XAU' twice/],
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
    const result = createFeatureComputer(names, context);
    if (result.ok) throw new Error('was accepted');
    expect(result.fault.code).toBe('InvalidConfig');
    expect(result.fault.message).toMatch(message);
  });
});

it('leaves out of all what was not fitted', () => {
  const created = createFeatureComputer(null, { ...CONTEXT, fracDiff: null });
  expect(created.ok && created.value.names).toEqual(ALL.filter((name) => name !== 'fracDiffClose'));
});

describe('the longest declared warm-up', () => {
  it.each([
    [null, 4, 199],
    [null, 10, 199],
    [null, 16, 240],
    [['closePosition'], 4, 0],
    [['rsi14', 'macdLineAtr'], 4, 33],
    [['higherRsi14'], 2, 30],
  ])('of %j with %d base bars to a higher one is %d', (names, higherTimeframeMultiple, expected) => {
    const chosen = FEATURE_TABLE.filter(({ name }) => names?.includes(name) ?? true);
    const warmUps = chosen.map((feature) => warmUpBars(feature, { ...CONTEXT, higherTimeframeMultiple }));
    expect(Math.max(...warmUps)).toBe(expected);
  });
});

describe('features beside other symbols', () => {
  const context = { ...CONTEXT, cross: ['XAU', 'A:B'] };

  it('are columns for each symbol, behind all others', () => {
    const created = createFeatureComputer(null, context);
    const cross = context.cross.flatMap((symbol) => CROSS_FEATURES.map(({ name }) => `${name}:${symbol}`));
    expect(created.ok && created.value.names).toEqual([...ALL, ...cross]);
  });

  it('are asked for by the name of the feature, or of one column', () => {
    const created = createFeatureComputer(['crossAge', 'rsi14', 'crossBeta60:A:B'], context);
    expect(created.ok && created.value.names).toEqual(['crossAge:XAU', 'crossAge:A:B', 'rsi14', 'crossBeta60:A:B']);
  });

  it('take the bars of their own symbol', () => {
    const bars = randomBars(ORDINARY);
    const [first, second] = [2, 3].map((seed) => randomBars({ ...ORDINARY, seed }));
    const created = createFeatureComputer(['crossBeta60'], context);
    const swapped = createFeatureComputer(['crossBeta60'], { ...context, cross: ['A:B', 'XAU'] });
    if (!created.ok || !swapped.ok) throw new Error('both are valid');
    const [ofFirst, ofSecond] = created.value.push(bars, [first!, second!]);
    expect(swapped.value.push(bars, [second!, first!])).toEqual([ofSecond, ofFirst]);
    expect(ofFirst).not.toEqual(ofSecond);
  });

  it('are refused without the bars of every symbol', () => {
    const created = createFeatureComputer(null, context);
    const bars = randomBars(ORDINARY);
    if (!created.ok) throw new Error('is valid');
    expect(() => created.value.push(bars, [bars])).toThrow('1 series were joined for 2 symbols');
  });
});
