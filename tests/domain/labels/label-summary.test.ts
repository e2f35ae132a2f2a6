import { createLabelSummarizer, checkLabelSummary, checkTrainingClasses } from '../../../domain/labels/label-summary';
import { labelSettingsPerHorizon, type LabelSettings } from '../../../domain/labels/settings';
import { longestLabelBars } from '../../../shared/contracts/config/resolve';
import { DEFAULT_CONFIG } from '../../../shared/contracts/config/defaults';
import type { LabelRecord } from '../../../shared/contracts/run-record';
import { barsOf, labelBars, type Ohlc } from './support';

const SETTINGS: LabelSettings = { bars: 2, upAtr: 2, downAtr: 2, atrPeriod: 2, timeouts: 'class', tieRule: 'noSide' };
const QUIET: Ohlc = [100, 101, 99, 100];

describe('the summary of labels', () => {
  it('counts outcomes and the mean bars until a decision, over chunks as over the whole', () => {
    // Rows 0, 1: no ATR. 2: up on bar 4. 3: up on its entry bar 4. 4: time-out on bar 6. 5, 6: the end.
    const bars = barsOf([QUIET, QUIET, QUIET, QUIET, [100, 104, 100, 100], QUIET, QUIET]);
    const labels = labelBars(bars, SETTINGS);
    const expected = {
      rows: 7,
      counts: { down: 0, timeout: 1, up: 2, ambiguous: 0, unsettled: 2, unusable: 2 },
      meanBars: (2 + 1 + 2) / 3,
    };
    const whole = createLabelSummarizer();
    whole.add(labels);
    expect(whole.summary()).toEqual(expected);

    const chunked = createLabelSummarizer();
    for (const [from, to] of [
      [0, 3],
      [3, 7],
    ] as const) {
      chunked.add({ ...labels, outcome: labels.outcome.slice(from, to), t1Row: labels.t1Row.slice(from, to) });
    }
    expect(chunked.summary()).toEqual(expected);
    const record: LabelRecord = { horizonBars: 2, ...whole.summary() };
    expect(record.counts.up).toBe(2);
  });

  it('is refused, with the counts, when nothing was decided', () => {
    const summarizer = createLabelSummarizer();
    summarizer.add(labelBars(barsOf([QUIET, QUIET, QUIET, QUIET]), { ...SETTINGS, bars: 500 }));
    const checked = checkLabelSummary(summarizer.summary(), { ...SETTINGS, bars: 500 });
    expect(checked).toMatchObject({ ok: false, fault: { code: 'InvalidLabels' } });
    expect(checked.ok ? '' : checked.fault.message).toMatch(/500-bar horizon.*on 4 bars \(2 without.*2 cut off/);
    expect(summarizer.summary().meanBars).toBe(0);
  });
});

describe('bars whose barriers offer too little', () => {
  it('are named as a reason where no label is left', () => {
    const settings = { ...SETTINGS, minReturnBps: 5_000 };
    const summarizer = createLabelSummarizer();
    summarizer.add(labelBars(barsOf([QUIET, QUIET, QUIET, QUIET, QUIET, QUIET]), settings));
    const checked = checkLabelSummary(summarizer.summary(), settings);
    expect(checked.ok ? '' : checked.fault.message).toContain(
      '6 without a positive ATR of 2 bars or with a barrier within minReturnBps, 5000 basis points, of the close',
    );
  });
});

describe('the classes of a training part', () => {
  it('must go both ways; rows without a class do not count', () => {
    const classIndex = Int8Array.from([0, 1, 2, -1, 2, 1]);
    expect(checkTrainingClasses(classIndex, [[0, 4]], 'f0')).toEqual({
      ok: true,
      value: { down: 1, timeout: 1, up: 1 },
    });
    const oneSided = checkTrainingClasses(classIndex, [[1, 6]], 'f3');
    expect(oneSided).toMatchObject({ ok: false, fault: { code: 'InvalidLabels' } });
    expect(oneSided.ok ? '' : oneSided.fault.message).toContain('fold f3 has 0 down, 2 timeout, 2 up');
  });
});

describe('the settings per horizon', () => {
  it('follow the section of the configuration', () => {
    const perHorizon = labelSettingsPerHorizon(DEFAULT_CONFIG.labels, 'noSide');
    expect(perHorizon).toMatchObject({
      ok: true,
      value: [
        { bars: 20, upAtr: 2, atrPeriod: 14 },
        { bars: 60, upAtr: 3.5 },
      ],
    });
    expect(longestLabelBars(DEFAULT_CONFIG.labels)).toBe(60);
  });

  it('refuse two horizons of one name, none at all, and an impossible one', () => {
    const twice = { bars: 5, upAtr: 1, downAtr: 1 };
    const section = { atrPeriod: 14, timeouts: 'class' } as const;
    for (const horizons of [[twice, twice], [], [{ ...twice, upAtr: 0 }]]) {
      expect(labelSettingsPerHorizon({ ...section, horizons }, 'noSide')).toMatchObject({
        ok: false,
        fault: { code: 'InvalidLabels' },
      });
    }
  });
});
