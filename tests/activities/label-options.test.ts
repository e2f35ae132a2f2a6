import { readLabels } from '../../shared/tables/label-table';
import { LABEL_OUTCOMES } from '../../domain/core/labels';
import { labelMaterial } from '../../activities/support/label-material';
import { DEFAULT_CONFIG } from '../../shared/contracts/config/defaults';
import type { StageOutcome } from '../../shared/contracts/stages';
import type { Bench } from './bench';
import { failureOf, openBench, realEngines, scopeOf, SMALL_RUN } from './bench';
import { outcomeNamed, output, runSymbolPath } from './symbol-path';

const RUN = { ...SMALL_RUN, models: { lightgbm: { enabled: false }, logistic: { maxIterations: 20 } } };
const labelled = (labels: object) => ({ ...RUN, labels: { ...RUN.labels, ...labels } });

let bench: Bench;
let plain: readonly StageOutcome[];

beforeAll(async () => {
  bench = openBench(await realEngines());
  plain = await runSymbolPath(bench.activities, await scopeOf(bench, RUN));
}, 120_000);

const labelsOf = (outcomes: readonly StageOutcome[]) =>
  readLabels(bench.store.artifacts, output(outcomeNamed(outcomes, 'labels'), '8'));

describe('options of labels that are off', () => {
  it('stand in no key: labels made before there were any are found again', () => {
    const { horizons, atrPeriod, timeouts } = DEFAULT_CONFIG.labels;
    expect(labelMaterial(DEFAULT_CONFIG.labels)).toEqual({ horizons, atrPeriod, timeouts });
  });
});

describe('the least return that a barrier must offer, through all stages', () => {
  it('leaves the bars that offer less without a label, and never trades them', async () => {
    const without = await labelsOf(plain);
    const median = Float64Array.from(without.atr.filter((atr) => atr > 0)).sort()[700]!;
    // About half of the bars: 1.2 times the median ATR, as a share of a price near 100.
    const minReturnBps = (12_000 * median) / without.entry[700]!;
    const outcomes = await runSymbolPath(bench.activities, await scopeOf(bench, labelled({ minReturnBps })));
    const labels = await labelsOf(outcomes);
    const left = labels.outcome.filter((outcome) => outcome === LABEL_OUTCOMES.unusable).length;
    expect(left).toBeGreaterThan(200);
    expect(left).toBeLessThan(1_300);
    for (const [row, outcome] of labels.outcome.entries()) {
      if (outcome === LABEL_OUTCOMES.unusable) expect(labels.entry[row]).toBeNaN();
      else expect(outcome).toBe(without.outcome[row]);
    }
    const fit = (of: readonly StageOutcome[]) => outcomeNamed(of, 'train', 'logistic-h8-f0').facts.trainRows as number;
    expect(fit(outcomes)).toBeLessThan(fit(plain));
  }, 120_000);

  it('is refused where it leaves no label at all, and says why', async () => {
    const scope = await scopeOf(bench, labelled({ minReturnBps: 10_000 }));
    const failure = await failureOf(runSymbolPath(bench.activities, scope));
    expect(failure.message).toMatch(
      /No label of the 8-bar horizon was decided.*within minReturnBps, 10000 basis points/,
    );
  });
});
