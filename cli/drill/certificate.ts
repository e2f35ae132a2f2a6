import { cpus, hostname, totalmem } from 'node:os';
import type { AttemptRecord } from '../../shared/store/attempts';
import { lostSeconds, lostSteps, interruptedOf } from '../../shared/store/attempts';
import type { Check, RunFacts, ScenarioFacts } from './facts';
import { isSurvived, judge } from './judge';
import type { ScenarioName } from './scenarios';
import { EXPECTED } from './scenarios';

/** One line of the certificate. */
export interface ScenarioVerdict {
  readonly scenario: ScenarioName;
  readonly injected: string;
  readonly expected: string;
  /** Codes and rungs as the operator saw them. */
  readonly observed: string;
  readonly survived: boolean;
  readonly checks: readonly Check[];
  readonly lostSeconds: number;
  /** Updates of nets since their last checkpoints. */
  readonly lostUpdates: number;
  /** From the fault until the computation went on; null where nothing had to. */
  readonly secondsToResume: number | null;
  readonly runSeconds: number;
  readonly undisturbedSeconds: number | null;
}

/** What a drill found: what was injected, what was survived, and what it cost. */
export interface Certificate {
  readonly drill: string;
  readonly at: string;
  readonly seconds: number;
  readonly version: Readonly<Record<string, string>>;
  readonly host: Readonly<Record<string, string>>;
  readonly temporal: string;
  readonly store: string;
  readonly survived: boolean;
  readonly scenarios: readonly ScenarioVerdict[];
}

export function verdictOf(scenario: ScenarioName, facts: ScenarioFacts): ScenarioVerdict {
  const { run, reference, injection } = facts;
  const checks = judge(scenario, facts);
  const lost = interruptedOf(run.attempts);
  return {
    scenario,
    injected: injection.what,
    expected: EXPECTED[scenario],
    observed: observedIn(run),
    survived: isSurvived(checks),
    checks,
    lostSeconds: lost.reduce((sum, attempt) => sum + lostSeconds(attempt), 0),
    lostUpdates: lost.reduce((sum, attempt) => sum + lostUpdates(run, attempt), 0),
    secondsToResume: secondsToResume(facts),
    runSeconds: run.seconds,
    undisturbedSeconds: reference?.seconds ?? null,
  };
}

/** A scenario that could not even be run. */
export function verdictOfError(scenario: ScenarioName, error: unknown): ScenarioVerdict {
  const sentence = error instanceof Error ? error.message : String(error);
  return {
    ...{ scenario, injected: 'nothing', expected: EXPECTED[scenario], observed: '-', survived: false },
    checks: [{ name: 'could be run', passed: false, sentence }],
    ...{ lostSeconds: 0, lostUpdates: 0, secondsToResume: null, runSeconds: 0, undisturbedSeconds: null },
  };
}

/** Updates that had to be done again: from where the next attempt began, which is earlier where a checkpoint was damaged. */
function lostUpdates({ attempts }: RunFacts, lost: AttemptRecord): number {
  const next = attempts.find(({ key, startedAtMs }) => key === lost.key && startedAtMs > lost.startedAtMs);
  const from = next?.training?.resumedAtStep;
  if (lost.training === null || from === undefined) return lostSteps(lost) ?? 0;
  return Math.max(0, lost.training.step - from);
}

function observedIn({ attempts, record }: RunFacts): string {
  const codes = [...new Set(attempts.flatMap(({ code }) => code ?? []))];
  const rungs =
    record?.symbols.flatMap(({ models }) => models.flatMap(({ training }) => training.flatMap((t) => t.rungs))) ?? [];
  const unheard = attempts.some(({ outcome }) => outcome === 'running') ? ['a computation never heard of again'] : [];
  const seen = [...codes, ...unheard, ...rungs.map(({ note }, i) => `rung ${String(i + 1)}: ${note}`)];
  return seen.length === 0 ? 'nothing to see' : seen.join('; ');
}

function secondsToResume({ run, injection: { atMs, struck } }: ScenarioFacts): number | null {
  if (atMs === null || struck === null) return null;
  const next = run.attempts.find(
    ({ stage, part, symbol, startedAtMs }) =>
      stage === struck.stage && part === struck.part && symbol === struck.symbol && startedAtMs > atMs,
  );
  return next === undefined ? null : (next.startedAtMs - atMs) / 1000;
}

export function hostFacts(): Readonly<Record<string, string>> {
  const processors = cpus();
  return {
    host: hostname(),
    processors: `${String(processors.length)} × ${processors[0]?.model.trim() ?? 'unknown'}`,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    system: `${process.platform} ${process.arch}`,
    node: process.versions.node,
  };
}

/** The certificate as a page for people. */
export function certificateMarkdown(certificate: Certificate): string {
  const { drill, at, seconds, version, host, temporal, store, survived, scenarios } = certificate;
  const facts = Object.entries({ ...version, ...host, temporal, store }).map(([name, value]) => `- ${name}: ${value}`);
  const rows = scenarios.map((s) =>
    [
      s.scenario,
      s.injected,
      s.expected,
      s.observed,
      `${s.lostSeconds.toFixed(1)} s, ${String(s.lostUpdates)} updates`,
      s.secondsToResume === null ? '–' : `${s.secondsToResume.toFixed(1)} s`,
      s.survived ? 'survived' : '**not survived**',
    ].map(cell),
  );
  const passed = scenarios.filter((s) => s.survived).length;
  return [
    `# Drill ${drill}: ${survived ? 'all survived' : `${String(scenarios.length - passed)} of ${String(scenarios.length)} not survived`}`,
    '',
    `${at}, ${seconds.toFixed(0)} s.`,
    '',
    ...facts,
    '',
    '| scenario | injected | expected | observed | lost work | time to resume | verdict |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
    '## What was looked at',
    '',
    ...scenarios.flatMap((s) => [
      `### ${s.scenario} (${s.runSeconds.toFixed(1)} s${s.undisturbedSeconds === null ? '' : `, undisturbed ${s.undisturbedSeconds.toFixed(1)} s`})`,
      '',
      ...s.checks.map(({ name, passed: ok, sentence }) => `- ${ok ? 'yes' : '**NO**'}, ${name}: ${sentence}`),
      '',
    ]),
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
