import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { CLASS_COUNT } from '../../../domain/core/classes';
import type { Matrix } from '../../../domain/core/matrix';
import { columnSums } from '../../../domain/core/bootstrap';
import { rowMetrics, rowTerms } from '../../../domain/evaluate/row-terms';
import { randomFromSeed } from '../../../domain/core/random';
import { calibrationError } from '../../../domain/promotion/calibration-error';
import { lossDifferenceInterval } from '../../../domain/promotion/difference-interval';
import type { GateLimits } from '../../../domain/promotion/default-checks';
import { defaultChecks } from '../../../domain/promotion/default-checks';
import type { Contest } from '../../../domain/promotion/evidence';
import { gateEvidence } from '../../../domain/promotion/evidence';
import type { Verdict } from '../../../domain/promotion/gate';
import { judge } from '../../../domain/promotion/gate';

/** Written by tests/oracles/promotion.py. */
const { scores } = JSON.parse(readFileSync(join(__dirname, '../../fixtures/promotion.json'), 'utf8')) as {
  readonly scores: {
    readonly classIndex: number[];
    readonly probabilities: number[][];
    readonly shares: number[];
    readonly logLoss: number;
    readonly baseLogLoss: number;
    readonly skill: number;
    readonly ece: number;
  };
};

type Forecasts = readonly (readonly number[])[];
const LIMITS: GateLimits = {
  ...{ minSkillRatio: 0.95, worseAlpha: 0.05, maxEceRise: 0.02, minRows: 100 },
  ...{ maxLossRise: null, minDsr: null, maxPbo: null },
};

function matrixOf(rows: readonly (readonly number[])[]): Matrix {
  return { data: Float64Array.from(rows.flat()), rows: rows.length, columns: CLASS_COUNT };
}

function contest(classIndex: readonly number[], champion: Forecasts, challenger: Forecasts): Contest {
  return {
    classIndex,
    champion: matrixOf(champion),
    challenger: matrixOf(challenger),
    spanBars: 4,
    eceBins: 10,
  };
}

function verdictOf(given: Contest, limits: Partial<GateLimits> = {}): Verdict {
  return judge(defaultChecks({ ...LIMITS, ...limits }), gateEvidence(given));
}

const failed = ({ checks }: Verdict): readonly string[] =>
  checks.filter(({ passed }) => !passed).map(({ name }) => name);

/** Forecasts mixed with the uniform one: less sure, so less skill. */
const blunted = (rows: readonly number[][], share: number): number[][] =>
  rows.map((row) => row.map((p) => (1 - share) * p + share / CLASS_COUNT));

const forecast = fc
  .tuple(...Array.from({ length: CLASS_COUNT }, () => fc.double({ min: 0.01, max: 1, noNaN: true })))
  .map((weights) => weights.map((weight) => weight / weights.reduce((sum, w) => sum + w, 0)));
const rowOf = fc.record({
  label: fc.constantFrom(-1, 0, 1, 2),
  champion: fc.oneof({ weight: 9, arbitrary: forecast }, { weight: 1, arbitrary: fc.constant([NaN, NaN, NaN]) }),
  challenger: fc.oneof({ weight: 9, arbitrary: forecast }, { weight: 1, arbitrary: fc.constant([NaN, NaN, NaN]) }),
});
const contests = fc.array(rowOf, { maxLength: 60 }).map((rows) =>
  contest(
    rows.map(({ label }) => label),
    rows.map(({ champion }) => champion),
    rows.map(({ challenger }) => challenger),
  ),
);

describe('the evidence', () => {
  it('measures skill and calibration as SciPy and NumPy do', () => {
    const { champion, classShares, baseLogLoss, rows } = gateEvidence(
      contest(scores.classIndex, scores.probabilities, scores.probabilities),
    );
    expect(rows).toBe(scores.classIndex.length);
    for (const [c, share] of scores.shares.entries()) expect(classShares[c]).toBeCloseTo(share, 12);
    expect(baseLogLoss).toBeCloseTo(scores.baseLogLoss, 12);
    for (const name of ['logLoss', 'skill', 'ece'] as const) expect(champion[name]).toBeCloseTo(scores[name], 12);
  });

  it('has the calibration error of the evaluation', () => {
    fc.assert(
      fc.property(contests, (given) => {
        const evidence = gateEvidence({ ...given, challenger: given.champion });
        const returnAtr = new Float64Array(given.champion.rows).fill(NaN);
        const classIndex = Int8Array.from(given.classIndex);
        const sums = columnSums(rowTerms({ probabilities: given.champion, classIndex, returnAtr }, 10));
        if (evidence.rows > 0) expect(evidence.champion.ece).toBeCloseTo(rowMetrics(sums).ece, 12);
        else expect(evidence.champion.ece).toBeNaN();
      }),
    );
    expect(calibrationError(matrixOf([]), new Int8Array(0), 10)).toBeNaN();
  });

  it('counts a row only where it has a class and both predictions, and says why not', () => {
    const none = [NaN, NaN, NaN];
    const some = [0.2, 0.5, 0.3];
    const { rows, leftOut } = gateEvidence(
      contest([0, -1, 1, 2, 1], [some, some, none, some, none], [some, some, some, none, none]),
    );
    expect({ rows, leftOut }).toEqual({
      rows: 1,
      leftOut: { withoutClass: 1, championOnly: 1, challengerOnly: 1 },
    });
  });
});

describe('the gate', () => {
  const { classIndex, probabilities } = scores;

  it('lets a model pass against itself', () => {
    expect(failed(verdictOf(contest(classIndex, probabilities, probabilities)))).toEqual([]);
  });

  it('refuses a challenger with less than 95 % of the skill, by name and with the numbers', () => {
    const verdict = verdictOf(contest(classIndex, probabilities, blunted(probabilities, 0.5)), { maxEceRise: 1 });
    expect(verdict.passed).toBe(false);
    expect(failed(verdict)).toContain('skill-ratio');
    const check = verdict.checks.find(({ name }) => name === 'skill-ratio');
    expect(check?.sentence).toContain(`95 % of the champion’s ${scores.skill.toFixed(4)}`);
    expect(check?.wanted).toBeCloseTo(0.95 * scores.skill, 9);
  });

  it('promotes a challenger that is better', () => {
    const better = probabilities.map((row, i) => row.map((p, c) => 0.8 * p + (c === classIndex[i] ? 0.2 : 0)));
    expect(failed(verdictOf(contest(classIndex, probabilities, better), { maxEceRise: 1 }))).toEqual([]);
  });

  it('refuses what the paired test shows to be worse, though the skill may fall as far as it likes', () => {
    const verdict = verdictOf(contest(classIndex, probabilities, blunted(probabilities, 0.9)), {
      minSkillRatio: 1e-9,
      maxEceRise: 1,
    });
    expect(failed(verdict)).toContain('not-worse');
  });

  it('refuses a challenger whose probabilities are no longer to be trusted', () => {
    const sure = probabilities.map((row) => row.map((p) => (p === Math.max(...row) ? 0.98 : 0.01)));
    expect(failed(verdictOf(contest(classIndex, probabilities, sure), { minSkillRatio: 1e-9 }))).toContain(
      'calibration',
    );
  });

  it('does not ask a challenger to be better than a champion without skill', () => {
    const wrong = probabilities.map((row, i) => row.map((p, c) => 0.5 * p + (c !== classIndex[i] ? 0.25 : 0)));
    const evidence = gateEvidence(contest(classIndex, wrong, wrong));
    expect(evidence.champion.skill).toBeLessThan(0);
    expect(failed(verdictOf(contest(classIndex, wrong, wrong)))).toEqual([]);
    expect(failed(verdictOf(contest(classIndex, wrong, probabilities), { maxEceRise: 1 }))).toEqual([]);
  });

  it('refuses where all rows have one class: no skill can be shown', () => {
    const ups = classIndex.map(() => 2);
    const verdict = verdictOf(contest(ups, probabilities, probabilities));
    expect(failed(verdict)).toEqual(['skill-ratio']);
    expect(verdict.checks.find(({ name }) => name === 'skill-ratio')?.sentence).toContain('the same class');
  });

  it('refuses where nothing is common, with a sentence for each check and no NaN', () => {
    const verdict = verdictOf(contest([], [], []));
    expect(failed(verdict)).toEqual(['enough-rows', 'skill-ratio', 'not-worse', 'calibration', 'difference-interval']);
    expect(verdict.rows).toBe(0);
    expect(JSON.stringify(verdict.checks)).not.toContain('NaN');
  });

  it('passes nothing without checks, and takes more of them without change', () => {
    const evidence = gateEvidence(contest(classIndex, probabilities, probabilities));
    expect(judge([], evidence).passed).toBe(false);
    const never = { name: 'deflated-sharpe', run: () => ({ passed: false, sentence: 'no', measured: NaN, wanted: 1 }) };
    const verdict = judge([...defaultChecks(LIMITS), never], evidence);
    expect(failed(verdict)).toEqual(['deflated-sharpe']);
    expect(verdict.checks.at(-1)?.measured).toBeNull();
  });

  it('answers whatever it is given: same checks, numbers or null, a sentence each', () => {
    fc.assert(
      fc.property(contests, (given) => {
        const verdict = verdictOf(given, { minRows: 1 });
        expect(verdict.checks.map(({ name }) => name)).toEqual([
          'enough-rows',
          'skill-ratio',
          'not-worse',
          'calibration',
          'difference-interval',
          'dsr',
          'pbo',
        ]);
        expect(verdict.passed).toBe(verdict.checks.every(({ passed }) => passed));
        for (const { sentence, measured, wanted } of verdict.checks) {
          expect(sentence).not.toMatch(/NaN|undefined/);
          for (const value of [measured, wanted]) if (value !== null) expect(Number.isFinite(value)).toBe(true);
        }
      }),
    );
  });

  it('never refuses a model against itself for being worse, less skilled or worse calibrated', () => {
    fc.assert(
      fc.property(contests, fc.double({ min: 0.05, max: 1, noNaN: true }), (given, minSkillRatio) => {
        const same = { ...given, challenger: given.champion };
        const evidence = gateEvidence(same);
        fc.pre(evidence.rows > given.spanBars && evidence.baseLogLoss > 0);
        expect(failed(verdictOf(same, { minSkillRatio, minRows: 1 }))).toEqual([]);
      }),
    );
  });
});

describe('the interval of the difference', () => {
  const { classIndex, probabilities } = scores;
  const checkOf = (verdict: Verdict, name: string) => verdict.checks.find((check) => check.name === name);

  it('covers nothing but 0 of a model against itself, and lies above 0 of one that is clearly worse', () => {
    const same = checkOf(verdictOf(contest(classIndex, probabilities, probabilities)), 'difference-interval');
    expect(same).toMatchObject({ passed: true, measured: 0 });
    const worse = verdictOf(contest(classIndex, probabilities, blunted(probabilities, 0.9)));
    expect(checkOf(worse, 'difference-interval')?.passed).toBe(false);
    expect(checkOf(worse, 'difference-interval')?.measured).toBeGreaterThan(0);
  });

  it('with a limit what counts is its upper end', () => {
    const slightly = contest(classIndex, probabilities, blunted(probabilities, 0.05));
    const loose = checkOf(verdictOf(slightly, { maxLossRise: 1 }), 'difference-interval');
    const strict = checkOf(verdictOf(slightly, { maxLossRise: 0 }), 'difference-interval');
    expect(loose).toMatchObject({ passed: true, wanted: 1 });
    expect(strict).toMatchObject({ passed: false, wanted: 0 });
    expect(strict?.measured).toBe(loose?.measured);
  });

  it('covers the true difference of noise in about 95 of 100 contests', () => {
    const spanBars = 4;
    const covered = Array.from({ length: 100 }, (_, seed) => {
      const random = randomFromSeed(seed);
      const rows = 300;
      // Losses of overlapping labels: means of noise over as many bars as a label has.
      const noise = Float64Array.from({ length: rows + spanBars }, () => random.normal());
      const losses = Float64Array.from({ length: rows }, (_, i) =>
        noise.subarray(i, i + spanBars).reduce((sum, value) => sum + value / spanBars, 0),
      );
      const scored = { losses, logLoss: NaN, skill: NaN, ece: NaN };
      const interval = lossDifferenceInterval({
        ...{ rows, spanBars, challenger: scored, champion: { ...scored, losses: new Float64Array(rows) } },
      });
      return interval !== null && interval.low <= 0 && interval.high >= 0;
    }).filter(Boolean).length;
    expect(covered).toBeGreaterThanOrEqual(86);
    expect(covered).toBeLessThanOrEqual(99);
  });
});

describe('the luck of the study', () => {
  const { classIndex, probabilities } = scores;
  const study = { study: 'metals', trials: 12, dsr: 0.91, pbo: 0.4 };
  const given = (of: Partial<typeof study> | null) => ({
    ...contest(classIndex, probabilities, probabilities),
    study: of === null ? null : { ...study, ...of },
  });

  it('is told and decides nothing unless it is asked for', () => {
    const { checks } = verdictOf(given({}));
    expect(failed(verdictOf(given({ dsr: 0, pbo: 1 })))).toEqual([]);
    expect(checks.find(({ name }) => name === 'dsr')).toMatchObject({
      measured: 0.91,
      wanted: null,
      sentence: 'deflated Sharpe ratio 0.9100 after 12 trials of study metals; not asked for',
    });
    expect(failed(verdictOf(given(null)))).toEqual([]);
  });

  it('refuses below the least DSR and above the highest PBO, by name', () => {
    expect(failed(verdictOf(given({}), { minDsr: 0.95, maxPbo: 0.3 }))).toEqual(['dsr', 'pbo']);
    expect(failed(verdictOf(given({}), { minDsr: 0.91, maxPbo: 0.4 }))).toEqual([]);
  });

  it('refuses where it is asked for and nobody can say it', () => {
    const limits = { minDsr: 0.5, maxPbo: 0.5 };
    expect(failed(verdictOf(given(null), limits))).toEqual(['dsr', 'pbo']);
    const unknown = { ...given({}), study: { ...study, dsr: null, pbo: null } };
    const verdict = verdictOf(unknown, limits);
    expect(failed(verdict)).toEqual(['dsr', 'pbo']);
    expect(verdict.checks.find(({ name }) => name === 'pbo')?.sentence).toContain('nothing was shown');
  });
});
