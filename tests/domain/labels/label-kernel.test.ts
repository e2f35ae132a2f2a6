import { NO_CLASS } from '../../../domain/core/classes';
import { createLabelKernel } from '../../../domain/labels/label-kernel';
import type { LabelSettings } from '../../../domain/labels/settings';
import { barsOf, labelBars, MINUTE_MS, outcomeNames, type Ohlc } from './support';

const SETTINGS: LabelSettings = { bars: 3, upAtr: 2, downAtr: 1, atrPeriod: 2, timeouts: 'class', tieRule: 'noSide' };

/** Three bars of true range 2 around 100: ATR of period 2 is known first at row 2, where it is 2. */
const WARM_UP: readonly Ohlc[] = [
  [100, 101, 99, 100],
  [100, 101, 99, 100],
  [100, 101, 99, 100],
];
const QUIET: Ohlc = [100, 101, 99, 100];

/** The label of row 2, whose entry is the open of the first bar given here: barriers 2 · 2 above it and 2 below. */
function labelAfter(bars: readonly Ohlc[], changes: Partial<LabelSettings> = {}) {
  const labels = labelBars(barsOf([...WARM_UP, ...bars]), { ...SETTINGS, ...changes });
  return {
    outcome: outcomeNames(labels)[2],
    classIndex: labels.classIndex[2],
    entry: labels.entry[2],
    exit: labels.exit[2],
    atr: labels.atr[2],
    returnAtr: labels.returnAtr[2],
    t1Row: labels.t1Row[2],
    t1: labels.t1[2],
    time: labels.time[2],
  };
}

describe('the label of one bar', () => {
  it('is up at the upper barrier when a high reaches it first', () => {
    expect(labelAfter([QUIET, [100, 104, 99, 103], [103, 104, 95, 96]])).toEqual({
      outcome: 'up',
      classIndex: 2,
      entry: 100,
      exit: 104,
      atr: 2,
      returnAtr: 2,
      t1Row: 4,
      t1: 5 * MINUTE_MS,
      time: 3 * MINUTE_MS,
    });
  });

  it('is down at the lower barrier when a low reaches it first', () => {
    expect(labelAfter([QUIET, [100, 101, 98, 99], [99, 110, 99, 109]])).toMatchObject({
      outcome: 'down',
      classIndex: 0,
      exit: 98,
      returnAtr: -1,
      t1Row: 4,
    });
  });

  it('is a time-out at the close of the last watched bar when nothing is touched', () => {
    const bars: Ohlc[] = [QUIET, QUIET, [100, 102, 99, 101], [101, 120, 80, 100]];
    expect(labelAfter(bars)).toMatchObject({ outcome: 'timeout', classIndex: 1, exit: 101, returnAtr: 0.5, t1Row: 5 });
  });

  it('watches the entry bar itself', () => {
    expect(labelAfter([[100, 104, 99, 103]])).toMatchObject({ outcome: 'up', exit: 104, t1Row: 3 });
  });

  it('enters at the open of the next bar, not at the close of its own', () => {
    expect(labelAfter([[103, 106, 102, 105], QUIET])).toMatchObject({
      entry: 103,
      outcome: 'down',
      exit: 100,
      t1Row: 4,
    });
  });

  it('does not take the entry bar’s own jump for a gap: its open is the entry', () => {
    expect(
      labelAfter([
        [150, 151, 149, 150],
        [150, 151, 149, 150],
        [150, 151, 149, 150],
      ]),
    ).toMatchObject({
      outcome: 'timeout',
      entry: 150,
      exit: 150,
      returnAtr: 0,
    });
  });

  it('touches with equality, and not one step before', () => {
    expect(labelAfter([QUIET, [100, 104, 100, 100]]).outcome).toBe('up');
    expect(labelAfter([QUIET, [100, 103.99, 98.01, 100], QUIET]).outcome).toBe('timeout');
    expect(labelAfter([QUIET, [100, 100, 98, 100]]).outcome).toBe('down');
  });
});

describe('both barriers inside one bar', () => {
  const wide: Ohlc = [100, 104, 98, 100];

  it('is ambiguous without a side: decided in time, without exit and class', () => {
    expect(labelAfter([QUIET, wide])).toMatchObject({
      outcome: 'ambiguous',
      classIndex: NO_CLASS,
      entry: 100,
      exit: NaN,
      returnAtr: NaN,
      t1Row: 4,
      t1: 5 * MINUTE_MS,
    });
  });

  it('is the stop of a long position: the lower barrier', () => {
    expect(labelAfter([QUIET, wide], { tieRule: { side: 1 } })).toMatchObject({
      outcome: 'down',
      classIndex: 0,
      exit: 98,
    });
  });

  it('is the stop of a short position: the upper barrier', () => {
    expect(labelAfter([QUIET, wide], { tieRule: { side: -1 } })).toMatchObject({
      outcome: 'up',
      classIndex: 2,
      exit: 104,
    });
  });

  it('holds on the entry bar too', () => {
    expect(labelAfter([wide])).toMatchObject({ outcome: 'ambiguous', t1Row: 3 });
  });
});

describe('a gap through a barrier', () => {
  it('fills above at the open, beyond the barrier', () => {
    expect(labelAfter([QUIET, [107, 108, 106, 107]])).toMatchObject({
      outcome: 'up',
      exit: 107,
      returnAtr: 3.5,
      t1Row: 4,
    });
  });

  it('fills below at the open, beyond the barrier', () => {
    expect(labelAfter([QUIET, [93, 94, 92, 93]])).toMatchObject({
      outcome: 'down',
      exit: 93,
      returnAtr: -3.5,
      t1Row: 4,
    });
  });

  it('decides alone, though the bar comes back to the other barrier', () => {
    expect(labelAfter([QUIET, [107, 108, 90, 91]])).toMatchObject({ outcome: 'up', exit: 107 });
    expect(labelAfter([QUIET, [93, 120, 92, 93]])).toMatchObject({ outcome: 'down', exit: 93 });
    expect(labelAfter([QUIET, [104, 108, 90, 91]], { tieRule: { side: 1 } })).toMatchObject({
      outcome: 'up',
      exit: 104,
    });
  });
});

describe('the rule for time-outs', () => {
  const endingAt = (close: number): Ohlc[] => [QUIET, QUIET, [100, 102, 99, close]];

  it('class: a class of its own', () => {
    expect(labelAfter(endingAt(101), { timeouts: 'class' })).toMatchObject({ outcome: 'timeout', classIndex: 1 });
  });

  it('sign: the class of the final position, and a time-out at exactly zero', () => {
    expect(labelAfter(endingAt(101), { timeouts: 'sign' })).toMatchObject({ outcome: 'timeout', classIndex: 2 });
    expect(labelAfter(endingAt(99.5), { timeouts: 'sign' })).toMatchObject({ outcome: 'timeout', classIndex: 0 });
    expect(labelAfter(endingAt(100), { timeouts: 'sign' })).toMatchObject({ outcome: 'timeout', classIndex: 1 });
  });

  it('drop: no class, the regression target stays', () => {
    expect(labelAfter(endingAt(101), { timeouts: 'drop' })).toMatchObject({ classIndex: NO_CLASS, returnAtr: 0.5 });
  });
});

describe('the least return that a barrier must offer', () => {
  const nextBars: Ohlc[] = [QUIET, [100, 104, 99, 103]];

  it('leaves a bar without a label whose nearer barrier is no farther than that from its close', () => {
    // ATR 2, close 100, one multiple down: the nearer barrier is 2 % away.
    expect(labelAfter(nextBars, { minReturnBps: 199 })).toMatchObject({ outcome: 'up', exit: 104 });
    for (const minReturnBps of [200, 201]) {
      expect(labelAfter(nextBars, { minReturnBps })).toMatchObject({
        outcome: 'unusable',
        classIndex: NO_CLASS,
        entry: NaN,
        exit: NaN,
        returnAtr: NaN,
        t1Row: -1,
        t1: NaN,
        atr: 2,
      });
    }
  });

  it('looks at the nearer barrier, on whichever side it is', () => {
    expect(labelAfter(nextBars, { upAtr: 1, downAtr: 9, minReturnBps: 200 })).toMatchObject({ outcome: 'unusable' });
    expect(labelAfter(nextBars, { upAtr: 1.01, downAtr: 9, minReturnBps: 200 })).toMatchObject({ outcome: 'up' });
  });

  it('is told by the close of its own bar, not by the entry, which is not known yet', () => {
    // From an entry of 400 two points are 0.5 %; from the close of 100 they are 2 %.
    const jumped: Ohlc[] = [
      [400, 401, 399, 400],
      [400, 404, 399, 403],
    ];
    expect(labelAfter(jumped, { minReturnBps: 150 })).toMatchObject({ outcome: 'up', entry: 400 });
  });

  it('is refused below 0 and where it is no number', () => {
    const created = createLabelKernel({ ...SETTINGS, minReturnBps: -1 });
    expect(created.ok ? '' : created.fault.message).toContain('minReturnBps must be 0 or a positive number');
    expect(createLabelKernel({ ...SETTINGS, minReturnBps: NaN }).ok).toBe(false);
  });
});

describe('the edges of a series', () => {
  it('leaves the warm-up of the ATR unusable', () => {
    const labels = labelBars(barsOf([...WARM_UP, QUIET, QUIET]), { ...SETTINGS, bars: 1 });
    expect(outcomeNames(labels)).toEqual(['unusable', 'unusable', 'timeout', 'timeout', 'unsettled']);
    expect([...labels.atr]).toEqual([NaN, NaN, 2, 2, 2]);
    expect(labels.entry[0]).toBeNaN();
    expect(labels.classIndex[0]).toBe(NO_CLASS);
  });

  it('leaves bars unsettled whose watch outlasts the series, keeping the entry where there is one', () => {
    const labels = labelBars(barsOf([...WARM_UP, QUIET, QUIET]), SETTINGS);
    expect(outcomeNames(labels)).toEqual(['unusable', 'unusable', 'unsettled', 'unsettled', 'unsettled']);
    expect([...labels.entry]).toEqual([NaN, NaN, 100, 100, NaN]);
    expect([...labels.t1Row]).toEqual([-1, -1, -1, -1, -1]);
    expect([...labels.t1.subarray(2)]).toEqual([NaN, NaN, NaN]);
    expect([...labels.classIndex]).toEqual([-1, -1, -1, -1, -1]);
  });

  it('settles a late label that is touched before a delisted series stops', () => {
    const labels = labelBars(barsOf([...WARM_UP, QUIET, [100, 101, 90, 90]]), SETTINGS);
    expect(outcomeNames(labels)).toEqual(['unusable', 'unusable', 'down', 'down', 'unsettled']);
    expect([...labels.t1Row]).toEqual([-1, -1, 4, 4, -1]);
  });

  it('decides on the last watched bar as on any other: a touch, a gap, both barriers', () => {
    expect(labelAfter([QUIET, QUIET, [100, 104, 99, 100]])).toMatchObject({ outcome: 'up', exit: 104, t1Row: 5 });
    expect(labelAfter([QUIET, QUIET, [110, 111, 109, 110]])).toMatchObject({ outcome: 'up', exit: 110, t1Row: 5 });
    expect(labelAfter([QUIET, QUIET, [100, 104, 98, 100]])).toMatchObject({ outcome: 'ambiguous', t1Row: 5 });
  });

  it('watches no bar behind the vertical barrier, however far it gaps', () => {
    expect(labelAfter([QUIET, QUIET, QUIET, [200, 210, 50, 60]])).toMatchObject({
      outcome: 'timeout',
      exit: 100,
      t1Row: 5,
    });
  });

  it('delisted: a gap on the last bar of all still fills, and one bar too few leaves it open', () => {
    const gapped = labelBars(barsOf([...WARM_UP, QUIET, [60, 61, 59, 60]]), SETTINGS);
    expect(outcomeNames(gapped)).toEqual(['unusable', 'unusable', 'down', 'unsettled', 'unsettled']);
    expect([gapped.exit[2], gapped.t1Row[2]]).toEqual([60, 4]);
    // Row 3 enters at the open of the gapped bar itself, from where nothing more is known.
    expect([gapped.entry[3], gapped.exit[3]]).toEqual([60, NaN]);
    const short = labelBars(barsOf([...WARM_UP, QUIET, QUIET]), { ...SETTINGS, bars: 3 });
    expect(outcomeNames(short)[2]).toBe('unsettled');
    const enough = labelBars(barsOf([...WARM_UP, QUIET, QUIET, QUIET]), { ...SETTINGS, bars: 3 });
    expect(outcomeNames(enough)[2]).toBe('timeout');
  });

  it('has no usable label on a price that never moves', () => {
    const flat: Ohlc = [100, 100, 100, 100];
    expect(new Set(outcomeNames(labelBars(barsOf(new Array<Ohlc>(12).fill(flat)), SETTINGS)))).toEqual(
      new Set(['unusable']),
    );
  });

  it('calls a barrier that cannot be told from the entry unusable, not ambiguous', () => {
    const tiny: Ohlc = [1e9, 1e9 + 1e-6, 1e9, 1e9];
    const rows = new Array<Ohlc>(12).fill(tiny);
    expect(outcomeNames(labelBars(barsOf(rows), { ...SETTINGS, upAtr: 0.01, downAtr: 0.01 }))[2]).toBe('unusable');
  });

  it('gives nothing for an empty series', () => {
    expect(labelBars(barsOf([]), SETTINGS).outcome).toHaveLength(0);
  });
});

describe('impossible settings', () => {
  it.each([
    [{ bars: 0 }, 'bars must be a whole number of at least 1, was 0'],
    [{ bars: 2.5 }, 'was 2.5'],
    [{ upAtr: -1 }, 'upAtr must be a positive multiple of ATR, was -1'],
    [{ downAtr: 0 }, 'downAtr must be a positive multiple of ATR, was 0'],
    [{ upAtr: Infinity }, 'was Infinity'],
    [{ atrPeriod: 1 }, 'atrPeriod must be a whole number of at least 2, was 1'],
  ] as const)('refuses %j with the value received', (changes, expected) => {
    const created = createLabelKernel({ ...SETTINGS, ...changes });
    expect(created).toMatchObject({ ok: false, fault: { code: 'InvalidLabels' } });
    expect(created.ok ? '' : created.fault.message).toContain(expected);
  });

  it('names every fault at once', () => {
    const created = createLabelKernel({ ...SETTINGS, bars: -3, downAtr: NaN });
    expect(created.ok ? '' : created.fault.message).toMatch(/was -3.*was NaN/);
  });
});
