/** One way to break the method: a change of the source, and the tests that must fail of it. */
export interface Mutant {
  /** What the broken code does, as the documents name it. */
  readonly name: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  readonly tests: readonly string[];
}

/** The faults that the method must not have; each is a fault that somebody's library has, or that a tired author makes. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'features read the next bar',
    file: 'domain/features/compute.ts',
    find: 'const value = values[row] ?? NaN;',
    replace: 'const value = values[Math.min(row + 1, column.length - 1)] ?? NaN;',
    tests: ['tests/domain/features/causality.test.ts'],
  },
  {
    name: 'a bar of the slower clock is read before it has closed',
    file: 'domain/features/indicators/higher-bars.ts',
    find: 'if (instant === this.openEnd) complete();',
    replace: 'complete();',
    tests: ['tests/domain/features/higher.test.ts', 'tests/domain/features/causality.test.ts'],
  },
  {
    name: "another symbol's bar is joined before it has closed",
    file: 'domain/features/as-of-join.ts',
    find: 'at(head.time, next) <= instant',
    replace: 'at(head.time, next) <= instant + 3_600_000',
    tests: ['tests/domain/features/cross.test.ts'],
  },
  {
    name: 'a label that ends inside the front edge of the test block stays in training',
    file: 'domain/splits/purge.ts',
    find: 'if (labelEndMs(labels, row) >= (ahead?.startMs ?? Infinity)) sorted.purged += 1;',
    replace: 'if (labelEndMs(labels, row) > (ahead?.reachMs ?? Infinity)) sorted.purged += 1;',
    tests: ['tests/domain/splits/purge.test.ts'],
  },
  {
    name: 'the embargo is silently nothing',
    file: 'domain/splits/purge.ts',
    find: 'embargoEndRow(labels.time, reachMs, rules.embargoDays)',
    replace: 'embargoEndRow(labels.time, reachMs, 0)',
    tests: ['tests/domain/splits/purge.test.ts'],
  },
  {
    name: 'the embargo by autocorrelation goes below the configured one',
    file: 'domain/splits/embargo.ts',
    find: 'ok(Math.max(embargoDays, days))',
    replace: 'ok(days)',
    tests: ['tests/domain/splits/embargo.test.ts'],
  },
  {
    name: 'the number of trials is taken for two, whatever the ledger says',
    file: 'domain/statistics/dsr.ts',
    find: 'probabilisticSharpe(moments, expectedMaximumSharpe(trials, variance))',
    replace: 'probabilisticSharpe(moments, expectedMaximumSharpe(Math.min(2, trials), variance))',
    tests: ['tests/domain/statistics/dsr.test.ts'],
  },
  {
    name: 'PBO chooses the best trial on the half that judges it',
    file: 'domain/statistics/pbo.ts',
    find: 'judgedOn[indexOfLargest(chosenOn)]',
    replace: 'judgedOn[indexOfLargest(judgedOn)]',
    tests: ['tests/domain/statistics/pbo.test.ts'],
  },
  {
    name: 'regimes are told apart by thresholds of the whole series',
    file: 'domain/statistics/regimes.ts',
    find: 'measure(close.subarray(0, until), settings.windowBars)',
    replace: 'measure(close, settings.windowBars)',
    tests: ['tests/domain/statistics/regimes.test.ts'],
  },
  {
    name: 'the order of fractional differentiation is fitted on all bars',
    file: 'activities/features.ts',
    find: '.slice(from, to), width',
    replace: '.slice(from), width',
    tests: ['tests/activities/fitted-features.test.ts'],
  },
  {
    name: 'barriers are searched on rows that are judged later',
    file: 'activities/barriers.ts',
    find: 'if (row >= to) break;',
    replace: 'to = Infinity;',
    tests: ['tests/activities/barriers.test.ts'],
  },
  {
    name: 'features are selected on all rows',
    file: 'activities/select.ts',
    find: 'const first = firstPartOf(time, config);',
    replace: 'const first: RowRange = [firstPartOf(time, config)[0], time.length];',
    tests: ['tests/activities/rubbish.test.ts'],
  },
  {
    name: 'features are diagnosed on all rows',
    file: 'activities/diagnose.ts',
    find: 'Math.max(0, to - firstRow)] as const',
    replace: 'Infinity] as const',
    tests: ['tests/activities/diagnose.test.ts'],
  },
  {
    name: 'targets are diagnosed by labels that end behind the first training part',
    file: 'activities/diagnose.ts',
    find: 'row + strideBars < to;',
    replace: 'row < to;',
    tests: ['tests/activities/diagnose.test.ts'],
  },
  {
    name: 'a bar counts in the regime of its own close, which its return decides',
    file: 'domain/evaluate/regime-returns.ts',
    find: 'isRegime((track.row[bar] ?? NaN) - 1)',
    replace: 'isRegime(track.row[bar] ?? NaN)',
    tests: ['tests/domain/evaluate/regime-returns.test.ts'],
  },
  {
    name: 'the scaler of a model is fitted on all rows',
    file: 'training/fit.ts',
    find: 'fitPreparation(rawTrain, preparation)',
    replace: "fitPreparation(gatherRows(input.features, [...train, ...usableRows(input, 'test')]), preparation)",
    tests: ['tests/activities/rubbish.test.ts'],
  },
  {
    name: 'the scaler of a net is fitted on all rows',
    file: 'training/fit-net.ts',
    find: 'fitPreparation(gatherRows(features, rows), ',
    replace: 'fitPreparation(gatherRows(features, Array.from({ length: features.rows - 300 }, (_, i) => i + 300)), ',
    tests: ['tests/activities/rubbish.test.ts'],
  },
  {
    name: 'calibrators are fitted on the test part',
    file: 'activities/calibrate.ts',
    find: 'labelledPart(predictions, PREDICTED_PARTS.stopping, classIndex)',
    replace: 'labelledPart(predictions, PREDICTED_PARTS.test, classIndex)',
    tests: ['tests/activities/rubbish.test.ts'],
  },
  {
    name: 'sample weights do not have the mean 1',
    file: 'domain/labels/weights/sample-weights.ts',
    find: 'weights.map((weight) => weight / mean)',
    replace: 'weights',
    tests: ['tests/domain/labels/weights/sample-weights.test.ts'],
  },
  {
    name: 'settings of synthetic rows are tried without being counted',
    file: 'shared/contracts/config/trial-identity.ts',
    find: "...(augmentation.kind === 'none' ? {} : { augmentation }),",
    replace: '',
    tests: ['tests/shared/contracts/trial-identity.test.ts'],
  },
  {
    name: "a fit's key does not know the instants of its bars",
    file: 'activities/support/seen-rows.ts',
    find: 'seen: sha256Hex(canonicalJson({ time, columns })),',
    replace: "seen: sha256Hex(canonicalJson({ time: time === '', columns })),",
    tests: ['tests/activities/support/seen-rows.test.ts'],
  },
  {
    name: "a fit's key stands for one row fewer than its fold sees",
    file: 'activities/support/seen-rows.ts',
    find: 'hash.update(columnBytes(column.subarray(done - from, end - from)));',
    replace: 'hash.update(columnBytes(column.subarray(done - from, end - from - 1)));',
    tests: ['tests/activities/support/seen-rows.test.ts'],
  },
  {
    name: 'a champion is judged by labels that ask another thing than it was asked',
    file: 'inference/compare-models.ts',
    find: 'if (asked(champion) !== asked(challenger))',
    replace: 'if (asked(champion) === null)',
    tests: ['tests/activities/meta-labels.test.ts'],
  },
  {
    name: 'the link of small returns is held back by its penalty',
    file: 'domain/models/return-link.ts',
    find: 'deviation > LEAST_DEVIATION * Math.abs(mean) ? deviation : 1',
    replace: '1',
    tests: ['tests/domain/models/return-models.test.ts'],
  },
  {
    name: 'a ledger is read without its chain',
    file: 'shared/store/trial-chain.ts',
    find: 'if (entry.previous !== (tally.head()?.sha256 ?? null))',
    replace: 'if (entry.previous === undefined)',
    tests: ['tests/shared/store/trial-ledger.test.ts'],
  },
  {
    name: 'a meta-label is right whenever the price rises, whatever the side',
    file: 'domain/labels/meta-labels.ts',
    find: 'outcomeOf(side * seen)',
    replace: 'outcomeOf(seen)',
    tests: ['tests/domain/labels/meta-labels.test.ts'],
  },
  {
    name: 'the backtest of a meta-model takes the other side where the rule is thought wrong',
    file: 'domain/evaluate/backtest.ts',
    find: 'if (!(score > minEdge) || primary === 0) return null;',
    replace: 'if (!(Math.abs(score) > minEdge) || primary === 0) return null;',
    tests: ['tests/domain/evaluate/backtest.test.ts'],
  },
  {
    name: 'the least return is told by the entry, which is not known at the close',
    file: 'domain/labels/settle-rows.ts',
    find: 'if (!(atrHere > leastShare * (close[row] ?? NaN))) {',
    replace: 'if (!(atrHere > leastShare * (open[row + 1] ?? NaN))) {',
    tests: ['tests/domain/labels/label-kernel.test.ts'],
  },
];
