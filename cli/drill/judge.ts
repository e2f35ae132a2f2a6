import type { AttemptRecord } from '../../shared/store/attempts';
import { interruptedOf } from '../../shared/store/attempts';
import type { Check, RunFacts, ScenarioFacts } from './facts';
import type { ScenarioName } from './scenarios';

/** After an out-of-memory rung sums are taken in another order: how far the loss may lie from the undisturbed one. */
const RUNG_TOLERANCE = 0.01;

/** What of a scenario was survived, and what was not: a pure function of what was found. Survived is where all passed. */
export function judge(scenario: ScenarioName, facts: ScenarioFacts): readonly Check[] {
  switch (scenario) {
    case 'kill-trainer':
      return [...undisturbed(facts), hitEndedAs(facts, 'failed', 'TrainerCrashed'), wentOn(facts), lostOnlyOne(facts)];
    case 'kill-worker':
      return [...undisturbed(facts), hitEndedAs(facts, 'running', null), wentOn(facts), anotherWorker(facts)];
    case 'truncated-checkpoint':
      return [...undisturbed(facts), usedTheOneBefore(facts), warnedOfIt(facts)];
    case 'oom':
      return [...sound(facts.run), sawCode(facts, 'OutOfMemory'), wentDownARung(facts), lossWithin(facts)];
    case 'disk-full':
      return [...undisturbed(facts), sawCode(facts, 'StorageFull'), wentOn(facts), nothingHalfWritten(facts)];
    case 'store-5xx':
      return [...undisturbed(facts), metFault(facts), sawCode(facts, 'StoreUnavailable'), wentOn(facts)];
    case 'store-slow':
      return [...undisturbed(facts), metFault(facts), nothingLost(facts)];
    case 'nan':
      return [...sound(facts.run), sharedResults(facts), halvedTheRate(facts), ...numbersDropped(facts)];
    case 'calendar':
      return [...sound(facts.run), ...calendarKept(facts)];
    default:
      return scenario satisfies never;
  }
}

export function isSurvived(checks: readonly Check[]): boolean {
  return checks.length > 0 && checks.every(({ passed }) => passed);
}

function check(name: string, passed: boolean, sentence: string): Check {
  return { name, passed, sentence };
}

/** Ended well, nothing damaged, nothing twice. */
function sound({ ended, record, failure, damaged, doubled }: RunFacts): readonly Check[] {
  const status = record?.status ?? 'no record';
  const symbols = record?.symbols.flatMap((symbol) => symbol.failure?.message ?? []) ?? [];
  const reasons = [...(failure === null ? [] : [failure]), ...symbols];
  return [
    check(
      'run ended',
      ended === 'completed' && status === 'done',
      `the run ended ${ended === 'completed' ? status : ended}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`,
    ),
    check(
      'nothing damaged',
      damaged.length === 0,
      `${String(damaged.length)} published artifacts are damaged${listed(damaged)}`,
    ),
    check(
      'nothing twice',
      doubled.length === 0,
      `${String(doubled.length)} results were computed or published twice${listed(doubled)}`,
    ),
  ];
}

function undisturbed(facts: ScenarioFacts): readonly Check[] {
  const { run, reference } = facts;
  const wanted = reference?.published ?? {};
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(run.published)])];
  const other = names.filter((name) => wanted[name] !== run.published[name]);
  const same = names.length - other.length;
  return [
    ...sound(run),
    check(
      'same results',
      names.length > 0 && other.length === 0,
      `${String(same)} of ${String(names.length)} published results have the hashes of the undisturbed run${listed(other)}`,
    ),
  ];
}

/** What both runs published is the same; a run with another setting publishes other results besides. */
function sharedResults({ run, reference }: ScenarioFacts): Check {
  const wanted = reference?.published ?? {};
  const shared = Object.keys(wanted).filter((name) => name in run.published);
  const other = shared.filter((name) => wanted[name] !== run.published[name]);
  return check(
    'same results',
    shared.length > 0 && other.length === 0,
    `${String(shared.length - other.length)} of ${String(shared.length)} results that do not depend on the fault have the hashes of the undisturbed run${listed(other)}`,
  );
}

/** How the record of the computation that was hit ended. */
function hitEndedAs({ run, injection }: ScenarioFacts, outcome: AttemptRecord['outcome'], code: string | null): Check {
  const { struck } = injection;
  const found = run.attempts.find(({ attemptId }) => attemptId === struck?.attemptId);
  const wanted = code ?? 'nobody left to say why';
  return check(
    'told as what it was',
    found !== undefined && found.outcome === outcome && found.code === code,
    `the computation that was hit is entered as ${found === undefined ? 'nothing' : (found.code ?? found.outcome)}; expected ${wanted}`,
  );
}

/** The attempt after the one that was hit began where that was known to be saved, and published. */
function wentOn({ run, injection }: ScenarioFacts): Check {
  const { struck } = injection;
  const last = struck === null ? undefined : triesAt(run, struck).at(-1);
  const saved = struck?.training?.savedStep ?? 0;
  const from = last?.training?.resumedAtStep ?? 0;
  return check(
    'went on from a checkpoint',
    last !== undefined &&
      last.attemptId !== struck?.attemptId &&
      last.outcome === 'published' &&
      saved > 0 &&
      from >= saved,
    last === undefined
      ? 'no fit was hit'
      : `update ${String(struck?.training?.step ?? 0)} was reached, ${String(saved)} were saved; the last attempt began at ${String(from)} and ended ${last.outcome}`,
  );
}

function lostOnlyOne({ run }: ScenarioFacts): Check {
  const lost = interruptedOf(run.attempts).length;
  return check('lost only what was hit', lost === 1, `${String(lost)} computations were lost; 1 was hit`);
}

function nothingLost({ run }: ScenarioFacts): Check {
  const lost = interruptedOf(run.attempts);
  return check(
    'nothing lost',
    lost.length === 0,
    `${String(lost.length)} computations were lost${listed(lost.map(({ part, code }) => `${part} ${code ?? 'unheard of'}`))}`,
  );
}

function anotherWorker({ run: { workersStarted } }: ScenarioFacts): Check {
  return check('another worker', workersStarted >= 2, `${String(workersStarted)} workers were started in turn`);
}

function usedTheOneBefore({ run, injection: { struck, stepBefore } }: ScenarioFacts): Check {
  const next =
    struck === null ? undefined : triesAt(run, struck).find(({ startedAtMs }) => startedAtMs > struck.startedAtMs);
  const from = next?.training?.resumedAtStep ?? null;
  return check(
    'the one before is used',
    stepBefore !== null && stepBefore > 0 && from === stepBefore,
    `the checkpoint before the cut one holds ${String(stepBefore)} updates; training went on from ${String(from)}`,
  );
}

function warnedOfIt({ run }: ScenarioFacts): Check {
  const warning = run.warnings.find((line) => line.includes('is passed over'));
  return check(
    'warned',
    warning !== undefined,
    warning === undefined ? 'no log warns of it' : 'the log warns that it is passed over',
  );
}

function sawCode({ run }: ScenarioFacts, code: string): Check {
  const codes = run.attempts.flatMap((attempt) => attempt.code ?? []);
  return check(
    'told as what it was',
    codes.includes(code),
    `the operator sees ${codes.length === 0 ? 'no code' : [...new Set(codes)].join(', ')}; expected ${code}`,
  );
}

function metFault({ injection: { met } }: ScenarioFacts): Check {
  return check('met the fault', (met ?? 0) > 0, `${String(met ?? 0)} requests to the store met it`);
}

function nothingHalfWritten({ run: { leftovers } }: ScenarioFacts): Check {
  return check('nothing half-written', leftovers === 0, `${String(leftovers)} half-written files are left`);
}

function wentDownARung({ run }: ScenarioFacts): Check {
  const rungs = trainingsOf(run).flatMap((training) => training.rungs);
  const down = rungs.find(({ cause }) => cause === 'OutOfMemory');
  return check(
    'one rung down',
    down !== undefined,
    down === undefined
      ? 'no rung was gone down'
      : `on rung ${String(rungs.length)}, ${String(down.microBatch)} windows at once`,
  );
}

function lossWithin({ run, reference }: ScenarioFacts): Check {
  const [loss, wanted] = [run, reference].map((facts) =>
    facts === null ? undefined : trainingsOf(facts)[0]?.epochs.at(-1)?.stoppingLoss,
  );
  const off = loss === undefined || wanted === undefined ? null : Math.abs(loss / wanted - 1);
  return check(
    'loss within 1 %',
    off !== null && off <= RUNG_TOLERANCE,
    off === null
      ? 'there is no loss to compare'
      : `the last loss is ${(100 * off).toFixed(4)} % off the undisturbed one`,
  );
}

function halvedTheRate({ run }: ScenarioFacts): Check {
  const failed = run.attempts.filter(({ code }) => code === 'NumericalFailure').length;
  const rungs = trainingsOf(run).flatMap((training) =>
    training.rungs.filter(({ cause }) => cause === 'NumericalFailure'),
  );
  const rates = rungs.map(({ learningRateScale }) => learningRateScale);
  return check(
    'rate halved',
    failed > 0 && rates.length > 0 && rates.every((factor, i) => factor === 0.5 ** (i + 1)),
    `${String(failed)} attempts ended in NumericalFailure; the fit was published with ${rates.length === 0 ? 'no rung' : `${String(rates.at(-1))} of the rate`}`,
  );
}

function numbersDropped({ bars }: ScenarioFacts): readonly Check[] {
  if (bars === null) return [check('numbers that are none', false, 'no bars with missing prices were run')];
  return [
    ...sound(bars.run).map((one) => ({ ...one, name: `${one.name} (bars)` })),
    check(
      'missing prices counted',
      bars.planted > 0 && bars.dropped === bars.planted,
      `${String(bars.planted)} bars had no price; ${String(bars.dropped)} were dropped and entered in the ledger`,
    ),
    windowsWhole(bars),
  ];
}

function calendarKept({ bars }: ScenarioFacts): readonly Check[] {
  if (bars === null) return [check('calendar', false, 'no bars of a local zone were run')];
  return [
    check(
      'stamps right',
      bars.instants > 0 && bars.wrongInstants === 0,
      `${String(bars.instants - bars.wrongInstants)} of ${String(bars.instants)} bars have the instant that was written`,
    ),
    windowsWhole(bars),
  ];
}

function windowsWhole({ trainRows, wholeWindows, crossing }: NonNullable<ScenarioFacts['bars']>): Check {
  return check(
    'no window over the pause',
    trainRows === wholeWindows && wholeWindows > 0 && crossing > 0,
    `the net learned from ${String(trainRows)} windows; ${String(wholeWindows)} are whole, ${String(crossing)} more would lie over a pause`,
  );
}

function trainingsOf({ record }: RunFacts) {
  return record?.symbols.flatMap(({ models }) => models.flatMap(({ training }) => training)) ?? [];
}

/** Attempts at the same computation, oldest first. */
function triesAt({ attempts }: RunFacts, { stage, key }: AttemptRecord): readonly AttemptRecord[] {
  return attempts.filter((attempt) => attempt.stage === stage && attempt.key === key);
}

/** The first few of a list, in parentheses behind a number. */
function listed(names: readonly string[]): string {
  if (names.length === 0) return '';
  return ` (${names.slice(0, 3).join('; ')}${names.length > 3 ? '; …' : ''})`;
}
