import { resultTable } from '../../cli/views/result-table';
import type { Evaluation } from '../../domain/core/evaluation';
import { renderReport } from '../../reporting/report';
import { candidateOf } from '../../reporting/verdict/candidate';
import { RULES } from '../../reporting/verdict/rules';
import { judgeCandidate, verdictOf } from '../../reporting/verdict/verdict';
import type {
  DeflatedRecord,
  ModelRecord,
  OverfittingRecord,
  RunRecord,
  SymbolRecord,
} from '../../shared/contracts/run-record';
import { fakeRunRecord } from '../support/run-record';

const base = fakeRunRecord({ symbols: 1, horizons: [20] }).symbols[0]!;
const [majority, logistic, lightgbm] = base.models as [ModelRecord, ModelRecord, ModelRecord];
const metric = (value: number, low: number | null, high: number | null) => ({ value, low, high });

type Numbers = Partial<Evaluation['metrics']>;

function withNumbers(model: ModelRecord, numbers: Numbers, rest: Partial<Evaluation> = {}): ModelRecord {
  const { evaluation } = model;
  return { ...model, evaluation: { ...evaluation, ...rest, metrics: { ...evaluation.metrics, ...numbers } } };
}

/** A model that nothing speaks against. */
const GOOD: ModelRecord = {
  ...withNumbers(
    lightgbm,
    {
      logLoss: metric(1.02, 1.015, 1.025),
      informationCoefficient: metric(0.04, 0.02, 0.06),
      sharpe: metric(1.4, 0.5, 2.3),
    },
    { trades: 400, production: [{ name: 'Sharpe', threshold: '> 0.8', value: 1.4, passed: true }] },
  ),
  choosingLogLoss: 1.02,
};
const BASELINE: ModelRecord = {
  ...withNumbers(majority, { logLoss: metric(1.04, 1.035, 1.045) }),
  choosingLogLoss: 1.04,
};
const SIMPLE: ModelRecord = {
  ...withNumbers(logistic, { logLoss: metric(1.03, 1.025, 1.035) }),
  choosingLogLoss: 1.03,
};
const DEFLATED: DeflatedRecord = {
  ...{ family: 'lightgbm', horizonBars: 20, sharpePerDay: 0.12, days: 900, skew: 0, kurtosis: 3 },
  ...{ psr: 0.999, dsr: 0.97, minTrlDays: 700.4 },
};
const STUDY: OverfittingRecord = {
  study: 'metals',
  broken: null,
  head: { length: 12, sha256: 'a'.repeat(64) },
  trials: 12,
  sharpeVariance: 0.002,
  usedVariance: 0.002,
  meanCorrelation: 0.4,
  expectedMaximum: 0.0731,
  pbo: { value: 0.03, trials: 12, days: 240, blocks: 16, lossProbability: 0.01, logits: [[2, 12_870]] },
  models: [DEFLATED],
};

function symbolOf(model: ModelRecord, study: OverfittingRecord = STUDY): SymbolRecord {
  return { ...base, models: [BASELINE, SIMPLE, model], overfitting: study };
}

function runOf(...symbols: SymbolRecord[]): RunRecord {
  return { ...fakeRunRecord({ symbols: 1 }), symbols };
}

const withPbo = (value: number): OverfittingRecord => ({ ...STUDY, pbo: { ...STUDY.pbo!, value } });
const withDsr = (change: Partial<DeflatedRecord>): OverfittingRecord => ({
  ...STUDY,
  models: [{ ...DEFLATED, ...change }],
});
const asNet = (logLoss: Evaluation['metrics']['logLoss']): ModelRecord => ({
  ...withNumbers(GOOD, { logLoss }),
  family: 'mlp',
});

/** A result that fails exactly one rule, or all that the rule's failure drags along behind it. */
const CASES: readonly (readonly [rule: string, symbol: SymbolRecord, answer: string, next: RegExp])[] = [
  ['No sign of a leak', symbolOf(withNumbers(GOOD, { informationCoefficient: metric(0.15, 0.101, 0.2) })), 'No:', /sees the future/],
  ['Trial ledger sound', symbolOf(GOOD, { ...STUDY, broken: 'entry 2 is gone', pbo: null, models: [] }), 'No:', /backup/],
  ['Better than the majority class', symbolOf(withNumbers(GOOD, { logLoss: metric(1.038, 1.033, 1.043) })), 'No:', /other data/],
  ['Forecast told apart from chance', symbolOf(withNumbers(GOOD, { informationCoefficient: metric(0.02, -0.001, 0.041) })), 'No:', /Do not trade it/],
  ['A net earns its place', symbolOf(asNet(metric(1.029, 1.024, 1.034)), { ...STUDY, models: [{ ...DEFLATED, family: 'mlp' }] }), 'Not yet:', /judge logistic regression in its place/],
  ['Trades enough', symbolOf(withNumbers(GOOD, {}, { trades: 29 })), 'Not yet:', /longer period/],
  ['Earns more than it costs', symbolOf(withNumbers(GOOD, { sharpe: metric(0.9, -0.01, 1.8) })), 'No:', /pay its costs.*701 days.*900 are there/],
  ['Choosing beats choosing blindly', symbolOf(GOOD, withPbo(0.5)), 'No:', /fewer configurations/],
  ['More than luck', symbolOf(GOOD, withDsr({ dsr: 0.94, minTrlDays: 2650.2, days: 250 })), 'Not yet:', /2,651 days to rule out luck at 95 % \(MinTRL\); 250 are there/],
  ['Choosing holds out of sample', symbolOf(GOOD, withPbo(0.2)), 'Not yet:', /wait for new days/],
  ['Fit for live use', symbolOf(withNumbers(GOOD, {}, { production: [{ name: 'Sharpe', threshold: '> 2', value: 1.4, passed: false }] })), 'Not yet:', /criteria that it misses/],
]; // prettier-ignore

describe('the verdict of a run', () => {
  it('has a case here for each of its rules', () => {
    expect(CASES.map(([rule]) => rule)).toEqual(RULES.map(({ name }) => name));
  });

  it.each(CASES)('%s: decides where it is the first that fails', (rule, symbol, answer, next) => {
    const candidate = candidateOf(symbol);
    expect(judgeCandidate(candidate!).decidedBy?.name).toBe(rule);
    const verdict = verdictOf(runOf(symbol));
    expect(verdict.believe.startsWith(answer)).toBe(true);
    expect(verdict.believe).toContain(RULES.find(({ name }) => name === rule)!.reason);
    expect(verdict.next).toMatch(next);
  });

  it('believes what no rule speaks against, and sends it to the gate', () => {
    const verdict = verdictOf(runOf(symbolOf(GOOD)));
    expect(verdict.belief).toBe('yes');
    expect(verdict.found).toBe(
      'LightGBM at 20 bars on EURUSD, which the choosing rows prefer among 3 models, has an information coefficient of ' +
        '0.040 [0.020, 0.060] and a yearly Sharpe ratio after costs of 1.40 [0.50, 2.30] (95 % intervals, by block ' +
        'bootstrap of one backtest path) on rows it had not seen.',
    );
    expect(verdict.believe).toBe(
      'Yes: nothing that was checked speaks against it; DSR 97.0 % and PBO 3.0 % over 12 trials; log loss 1.0200 beside ' +
        '1.0400 of the majority class and 1.0300 of logistic regression.',
    );
    expect(verdict.next).toContain('dailyRetrain');
  });

  it('an edge that lies on its threshold', () => {
    const standing = (symbol: SymbolRecord): string | null =>
      judgeCandidate(candidateOf(symbol)!).decidedBy?.name ?? null;
    expect(standing(symbolOf(withNumbers(GOOD, { informationCoefficient: metric(0.15, 0.1, 0.2) })))).toBeNull();
    expect(standing(symbolOf(withNumbers(GOOD, {}, { trades: 30 })))).toBeNull();
    expect(standing(symbolOf(GOOD, withDsr({ dsr: 0.95 })))).toBeNull();
    expect(standing(symbolOf(GOOD, withPbo(0.05)))).toBeNull();
  });

  it('a missing number is neither for nor against: it is said to be missing, after whatever fails', () => {
    const open = verdictOf(runOf(symbolOf(GOOD, { ...STUDY, pbo: null })));
    expect(open.belief).toBe('open');
    expect(open.believe).toMatch(
      /^Not to be told: too few trials have enough days in common for a PBO; DSR 97\.0 % and PBO – over/,
    );
    const withoutStudy: SymbolRecord = { ...base, models: [BASELINE, SIMPLE, GOOD] };
    expect(verdictOf(runOf(withoutStudy)).believe).toMatch(
      /^Not to be told: the record does not count the trials; no DSR/,
    );
    const failing = symbolOf(withNumbers(GOOD, { sharpe: metric(0.9, -0.01, 1.8) }), { ...STUDY, pbo: null });
    expect(verdictOf(runOf(failing)).belief).toBe('no');
  });

  it('reads the same from JSON, where NaN is null', () => {
    const symbol = symbolOf(
      withNumbers(GOOD, { sharpe: metric(NaN, null, null) }),
      withDsr({ dsr: null, minTrlDays: null }),
    );
    const read = JSON.parse(JSON.stringify(runOf(symbol))) as RunRecord;
    expect(verdictOf(read)).toMatchObject({ belief: 'open', believe: verdictOf(runOf(symbol)).believe });
    expect(JSON.stringify(verdictOf(read).found)).not.toMatch(/null|NaN|undefined/);
  });

  it('says that no number of days would do where the ratio does not lie above that of luck', () => {
    const symbol = symbolOf(GOOD, withDsr({ dsr: 0.2, minTrlDays: null, sharpePerDay: 0.05 }));
    expect(verdictOf(runOf(symbol)).next).toContain(
      'No number of days would show it: 0.0500 a day does not lie above 0.0731',
    );
  });

  it('judges by the choosing rows, as a lead over the majority class of the same horizon', () => {
    // The other horizon has lower losses of all models, and less of a lead.
    const other = [BASELINE, GOOD].map((model, at) => ({
      ...model,
      horizonBars: 60,
      choosingLogLoss: 0.95 - at * 0.001,
    }));
    const brilliantOnTest = {
      ...withNumbers(SIMPLE, { informationCoefficient: metric(0.09, 0.08, 0.1) }),
      choosingLogLoss: 1.05,
    };
    const symbol = { ...symbolOf(GOOD), models: [...other, brilliantOnTest, GOOD, BASELINE] };
    expect(candidateOf(symbol)).toMatchObject({ model: { family: 'lightgbm', horizonBars: 20 }, judged: 5 });
  });

  it('names the paths that intervals are taken over', () => {
    const path = Object.fromEntries(Object.entries(GOOD.evaluation.metrics).map(([name, { value }]) => [name, value]));
    const paths = [path, path, path] as unknown as NonNullable<Evaluation['paths']>;
    expect(verdictOf(runOf(symbolOf(withNumbers(GOOD, {}, { paths })))).found).toContain(
      '95 % intervals, over 3 backtest paths',
    );
  });

  it('of several symbols it counts the answers, and a leak or something believed is never left out of what to do', () => {
    const named = (symbol: string, record: SymbolRecord): SymbolRecord => ({ ...record, symbol });
    const weak = symbolOf(withNumbers(GOOD, { sharpe: metric(0.9, -0.01, 1.8) }));
    const leak = symbolOf(withNumbers(GOOD, { informationCoefficient: metric(0.15, 0.11, 0.2) }));
    const failed: SymbolRecord = { ...base, symbol: 'E', status: 'failed', models: [] };
    const verdict = verdictOf(
      runOf(named('A', weak), named('B', weak), named('C', leak), named('D', symbolOf(GOOD)), failed),
    );
    expect(verdict.believe).toContain(
      'Of 4 symbols: yes on 1 (D), where nothing that was checked speaks against it; no on 1 (C), where a lower limit',
    );
    expect(verdict.believe).toContain('one in twenty would pass a test at 95 % by luck');
    expect(verdict.found).toMatch(/^On 4 symbols .* 1 symbol failed or had nothing to judge\.$/);
    expect(verdict.next).toMatch(/^C: Trade nothing of it.* D: Let it run in the shadow/);
  });

  it('a run without anything to judge says so', () => {
    expect(verdictOf(runOf()).believe).toBe('There is nothing to believe.');
    expect(verdictOf(runOf({ ...base, models: [BASELINE] })).found).toBe(
      'Nothing but the majority class was judged in this run.',
    );
    expect(verdictOf(runOf({ ...base, status: 'failed', models: [] })).next).toContain('1 symbol fail');
  });
});

describe('where the verdict is shown', () => {
  const record = runOf(symbolOf(GOOD, withPbo(0.2)));

  it('first on the page, with every check behind it', () => {
    const page = renderReport(record);
    const block = page.slice(page.indexOf('id="verdict"'), page.indexOf('<dl class="facts">'));
    expect(page.indexOf('id="verdict"')).toBeGreaterThan(0);
    for (const said of [
      'What was found',
      'Whether to believe it',
      'Not yet: the best configuration',
      'What to do next',
    ])
      expect(block).toContain(said);
    expect(block.match(/<th scope="row">/g)).toHaveLength(RULES.length);
    expect(block.match(/>fails</g)).toHaveLength(1);
    expect(block).not.toContain('not measured');
  });

  it('on the command line in a line, the same words', () => {
    expect(resultTable(record).split('\n')).toContain(`verdict: ${verdictOf(record).believe}`);
  });
});
