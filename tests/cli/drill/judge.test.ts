import type { BarFacts, Check, Injection, RunFacts, ScenarioFacts } from '../../../cli/drill/facts';
import { NO_INJECTION } from '../../../cli/drill/facts';
import { isSurvived, judge } from '../../../cli/drill/judge';
import type { ScenarioName } from '../../../cli/drill/scenarios';
import { SCENARIOS, scenariosOf } from '../../../cli/drill/scenarios';
import type { RunRecord, TrainingFacts } from '../../../shared/contracts/run-record';
import type { Rung } from '../../../shared/names/rungs';
import type { AttemptRecord } from '../../../shared/store/attempts';

/** Facts of an installation whose handlers all work, by scenario; each mutant below is such facts with one thing changed. */
const SOUND: Readonly<Record<ScenarioName, ScenarioFacts>> = {
  'kill-trainer': hit({ outcome: 'failed', code: 'TrainerCrashed' }),
  'kill-worker': hit({ outcome: 'running', code: null }, { workersStarted: 2 }),
  'truncated-checkpoint': hit(
    { outcome: 'failed', code: 'TrainerCrashed' },
    { warnings: ['checkpoint 1 of ab is passed over: 5 bytes found, 10 expected'] },
    { stepBefore: 12 },
    12,
  ),
  oom: {
    ...hit(
      { outcome: 'failed', code: 'OutOfMemory' },
      { record: record([rung('OutOfMemory', 1)]), published: { net: 'b' } },
    ),
    reference: run({ record: record([]) }),
  },
  'disk-full': hit({ outcome: 'failed', code: 'StorageFull' }),
  'store-5xx': hit({ outcome: 'failed', code: 'StoreUnavailable' }, {}, { met: 9 }),
  'store-slow': facts({ injection: { ...NO_INJECTION, met: 9 } }),
  nan: facts({
    run: run({
      attempts: [attempt({ attemptId: 'a', outcome: 'failed', code: 'NumericalFailure' }), attempt({ attemptId: 'b' })],
      record: record([rung('NumericalFailure', 0.5), rung('NumericalFailure', 0.25)]),
      published: { bars: 'a', steep: 'z' },
    }),
    bars: bars({}),
  }),
  calendar: facts({ reference: null, bars: bars({ planted: 0, dropped: 0 }) }),
};

/** A handler taken out: what the facts then are, and the check that says so. */
const MUTANTS: readonly (readonly [string, ScenarioName, (sound: ScenarioFacts) => ScenarioFacts, string])[] = [
  ['no retry of a crashed trainer', 'kill-trainer', ended('failed'), 'run ended'],
  ['no checkpoints', 'kill-trainer', resumedAt(0), 'went on from a checkpoint'],
  ['resuming that loses the random stream', 'kill-trainer', published({ bars: 'a', net: 'x' }), 'same results'],
  ['a result that is missing', 'kill-trainer', published({ bars: 'a' }), 'same results'],
  ['no exclusive publishing', 'kill-trainer', withRun({ doubled: ['train net was published twice'] }), 'nothing twice'],
  ['no whole writes', 'kill-trainer', withRun({ damaged: ['model blobs/x'] }), 'nothing damaged'],
  ['a crash that nobody classifies', 'kill-trainer', code('Unexpected'), 'told as what it was'],
  ['a crash that takes others along', 'kill-trainer', another({ outcome: 'failed' }), 'lost only what was hit'],
  ['no watch over the worker', 'kill-worker', withRun({ ended: 'late' }), 'run ended'],
  ['a worker that somebody else replaced', 'kill-worker', withRun({ workersStarted: 1 }), 'another worker'],
  ['no checkpoints across workers', 'kill-worker', resumedAt(0), 'went on from a checkpoint'],
  ['no hash of a checkpoint', 'truncated-checkpoint', withRun({ ended: 'failed' }), 'run ended'],
  ['no fallback to the checkpoint before', 'truncated-checkpoint', resumedAt(0), 'the one before is used'],
  ['no warning', 'truncated-checkpoint', withRun({ warnings: [] }), 'warned'],
  ['no classification of out-of-memory', 'oom', code('TrainerCrashed'), 'told as what it was'],
  ['no ladder', 'oom', withRun({ record: record([]) }), 'one rung down'],
  [
    'accumulation with another batch',
    'oom',
    withRun({ record: record([rung('OutOfMemory', 1)], 1.02) }),
    'loss within 1 %',
  ],
  ['no tidying of half-written files', 'disk-full', withRun({ leftovers: 2 }), 'nothing half-written'],
  ['no code for a full disk', 'disk-full', code('Unexpected'), 'told as what it was'],
  ['a full disk that fails the run', 'disk-full', ended('failed'), 'run ended'],
  ['no retry of the store', 'store-5xx', ended('failed'), 'run ended'],
  ['a fault that was never met', 'store-5xx', injected({ met: 0 }), 'met the fault'],
  ['no progress kept over an outage', 'store-5xx', resumedAt(0), 'went on from a checkpoint'],
  ['signs of life that wait for the store', 'store-slow', another({ outcome: 'running' }), 'nothing lost'],
  ['a stall that was never met', 'store-slow', injected({ met: null }), 'met the fault'],
  ['no halving', 'nan', withRun({ record: record([]) }), 'rate halved'],
  ['a rate that is left alone', 'nan', withRun({ record: record([rung('NumericalFailure', 1)]) }), 'rate halved'],
  ['no look at the loss', 'nan', withRun({ attempts: [attempt({ attemptId: 'b' })] }), 'rate halved'],
  ['a steep net that spoils other results', 'nan', published({ bars: 'x', steep: 'z' }), 'same results'],
  ['no cleaning', 'nan', withBars({ dropped: 0 }), 'missing prices counted'],
  ['windows over dropped bars', 'nan', withBars({ trainRows: 107 }), 'no window over the pause'],
  ['stamps read as UTC', 'calendar', withBars({ wrongInstants: 5 }), 'stamps right'],
  ['windows over a holiday', 'calendar', withBars({ trainRows: 107 }), 'no window over the pause'],
  ['no bars at all', 'calendar', (sound) => ({ ...sound, bars: null }), 'calendar'],
];

describe('the judge of a drill', () => {
  it.each(SCENARIOS)('%s: survived where every handler works', (scenario) => {
    expect(failed(judge(scenario, SOUND[scenario]))).toEqual([]);
    expect(isSurvived(judge(scenario, SOUND[scenario]))).toBe(true);
  });

  it.each(MUTANTS)('%s: %s is not survived', (_, scenario, mutate, name) => {
    const checks = judge(scenario, mutate(SOUND[scenario]));
    expect(failed(checks)).toContain(name);
    expect(isSurvived(checks)).toBe(false);
  });

  it.each(SCENARIOS)('%s: a fault that could not be injected is not survived', (scenario) => {
    const quiet: ScenarioFacts = { run: run({}), reference: run({}), injection: NO_INJECTION, bars: null };
    expect(isSurvived(judge(scenario, quiet))).toBe(false);
  });

  it.each(SCENARIOS)('%s has a mutant', (scenario) => {
    expect(MUTANTS.map(([, struck]) => struck)).toContain(scenario);
  });

  it('without anything looked at, nothing is survived', () => {
    expect(isSurvived([])).toBe(false);
  });
});

describe('the choice of scenarios', () => {
  it('is all, or those named in the order of the drill, or the name that is none', () => {
    expect(scenariosOf(undefined)).toEqual(SCENARIOS);
    expect(scenariosOf('oom, kill-trainer')).toEqual(['kill-trainer', 'oom']);
    expect(scenariosOf('kill-trainer,flood')).toEqual({ unknown: 'flood' });
  });
});

function failed(checks: readonly Check[]): readonly string[] {
  return checks.filter(({ passed }) => !passed).map(({ name }) => name);
}

function hit(
  end: Pick<AttemptRecord, 'outcome' | 'code'>,
  more: Partial<RunFacts> = {},
  how: Partial<Injection> = {},
  resumed = 20,
): ScenarioFacts {
  const struck = attempt({ attemptId: 'a', startedAtMs: 1, outcome: 'running', training: training(0, 30, 20) });
  const next = attempt({ attemptId: 'b', startedAtMs: 100, training: training(resumed, 60, 60) });
  return facts({
    run: run({ attempts: [{ ...struck, ...end }, next], ...more }),
    injection: { ...NO_INJECTION, what: 'a fault', atMs: 50, struck, ...how },
  });
}

function facts(more: Partial<ScenarioFacts>): ScenarioFacts {
  return { run: run({}), reference: run({}), injection: NO_INJECTION, bars: null, ...more };
}

function run(more: Partial<RunFacts>): RunFacts {
  return {
    ...{ runId: 'r', ended: 'completed', failure: null, record: record([]), published: { bars: 'a', net: 'b' } },
    ...{ damaged: [], doubled: [], leftovers: 0, attempts: [], seconds: 9, workersStarted: 1, warnings: [] },
    ...more,
  };
}

function attempt(more: Partial<AttemptRecord>): AttemptRecord {
  return {
    ...{ attemptId: 'a', runId: 'r', symbol: 'GEN01', stage: 'train', part: 'gru-h20-f0', key: 'ab', execution: 'e' },
    ...{ activityAttempt: 1, host: 'h', startedAtMs: 1, lastSeenMs: 2, endedAtMs: 3, outcome: 'published', code: null },
    training: null,
    ...more,
  };
}

function training(resumedAtStep: number, step: number, savedStep: number): AttemptRecord['training'] {
  return { resumedAtStep, step, savedStep, savedAtMs: 1 };
}

function rung(cause: Rung['cause'], learningRateScale: number): Rung {
  return { cause, microBatch: 128, learningRateScale, device: 'cpu', atStep: 3, note: 'down' };
}

/** Of a run's record only what the judge reads. */
function record(rungs: readonly Rung[], stoppingLoss = 1): RunRecord {
  const epochs = [{ epoch: 0, trainLoss: 1, stoppingLoss, learningRate: 0.001 }];
  const net: Pick<TrainingFacts, 'rungs' | 'epochs'> = { rungs, epochs };
  return { status: 'done', symbols: [{ failure: null, models: [{ training: [net] }] }] } as unknown as RunRecord;
}

function bars(more: Partial<BarFacts>): BarFacts {
  return {
    ...{ run: run({}), planted: 30, dropped: 30, instants: 1470, wrongInstants: 0 },
    ...{ trainRows: 100, wholeWindows: 100, crossing: 7 },
    ...more,
  };
}

function withRun(more: Partial<RunFacts>) {
  return (sound: ScenarioFacts): ScenarioFacts => ({ ...sound, run: { ...sound.run, ...more } });
}

function ended(how: RunFacts['ended']) {
  return withRun({ ended: how, failure: 'it failed' });
}

function published(results: RunFacts['published']) {
  return withRun({ published: results });
}

function injected(how: Partial<Injection>) {
  return (sound: ScenarioFacts): ScenarioFacts => ({ ...sound, injection: { ...sound.injection, ...how } });
}

function withBars(more: Partial<BarFacts>) {
  return (sound: ScenarioFacts): ScenarioFacts => ({ ...sound, bars: bars({ ...sound.bars, ...more }) });
}

/** The attempt that published began at another update. */
function resumedAt(step: number) {
  return (sound: ScenarioFacts): ScenarioFacts =>
    withRun({
      attempts: sound.run.attempts.map((one) =>
        one.outcome === 'published' ? { ...one, training: training(step, 60, 60) } : one,
      ),
    })(sound);
}

function code(other: string) {
  return (sound: ScenarioFacts): ScenarioFacts =>
    withRun({ attempts: sound.run.attempts.map((one) => (one.code === null ? one : { ...one, code: other })) })(sound);
}

function another(more: Partial<AttemptRecord>) {
  return (sound: ScenarioFacts): ScenarioFacts =>
    withRun({ attempts: [...sound.run.attempts, attempt({ attemptId: 'c', key: 'cd', ...more })] })(sound);
}
