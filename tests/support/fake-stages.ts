import type { ControlActivities, StageActivities } from '../../activities/types';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import type { RunPlan } from '../../shared/contracts/run';
import type { FitTask, StageOutcome, SymbolScope } from '../../shared/contracts/stages';
import { fitPart, predictionsOutput, rootRunId } from '../../shared/names/ids';
import type { StageName } from '../../shared/names/stages';

export type FakeActivities = ControlActivities & StageActivities;

/** What one fake run is about. */
export interface FakePlan extends Partial<RunPlan> {
  readonly tasks?: readonly FitTask[];
}

export const DEFAULT_TASKS: readonly FitTask[] = [
  { family: 'lightgbm', horizons: [20], foldId: 'f0', device: 'cpu', resumable: false },
  { family: 'lightgbm', horizons: [20], foldId: 'f1', device: 'cpu', resumable: false },
];

const AS_OF_MS = Date.UTC(2024, 0, 2);

/** A well-formed reference to nothing: no fake reads what it points to. */
export function fakeRef(name: string): ArtifactRef {
  return { uri: `objects/${name}`, sha256: 'ab'.repeat(32), bytes: 1, kind: name, schemaVersion: 1 };
}

export function fakeOutcome(
  stage: StageName,
  part: string,
  scope: SymbolScope,
  result: { readonly outputs: readonly string[]; readonly facts?: StageOutcome['facts'] },
): StageOutcome {
  const prefix = part === '' ? `${scope.symbol}-${stage}` : `${scope.symbol}-${stage}-${part}`;
  return {
    stage,
    part,
    key: prefix,
    cacheHit: false,
    seconds: 0,
    outputs: Object.fromEntries(result.outputs.map((name) => [name, fakeRef(`${prefix}-${name}`)])),
    facts: result.facts ?? {},
  };
}

/** Activities that answer at once and well, as the real ones do for bars that are beyond reproach. */
export function fakeActivities(plan: FakePlan): FakeActivities {
  const { tasks = DEFAULT_TASKS, ...planned } = plan;
  const horizons = [...new Set(tasks.flatMap(({ horizons: all }) => all.map(String)))];
  const rawFacts = { rows: 100, timeframeMs: 60_000, maxTimeMs: AS_OF_MS, sorted: true, stampNote: '' };
  const model = ({ family, horizonBars }: { readonly family: string; readonly horizonBars: number }) =>
    `${family}-h${String(horizonBars)}`;
  return {
    prepareRun: () =>
      Promise.resolve({
        config: fakeRef('config'),
        storeId: 'store',
        asOfMs: AS_OF_MS,
        symbols: ['AAA', 'BBB'],
        maxParallelSymbols: 4,
        successQuorum: 0.5,
        limits: { heartbeatMs: 10_000, stageMs: 21_600_000 },
        from: null,
        until: null,
        ...planned,
      }),
    findLateSymbols: () => Promise.resolve([]),
    recordSymbol: ({ symbol, failure }) =>
      Promise.resolve({
        record: fakeRef(`record-${symbol}`),
        sharpe: failure === null ? 1.25 : null,
        brier: failure === null ? 0.2 : null,
        family: failure === null ? 'lightgbm' : null,
      }),
    writeReport: ({ runId, plan: { successQuorum }, results }) => {
      const done = results.filter(({ status }) => status === 'done').length;
      const missed = done === 0 || done < successQuorum * results.length;
      return Promise.resolve({
        runId: rootRunId(runId),
        status: missed ? 'failed' : done === results.length ? 'done' : 'partial',
        symbols: results.length,
        done,
        failed: results.length - done,
        cacheHits: 0,
        report: 'report.html',
        record: 'run.json',
      });
    },
    ingest: ({ scope }) => Promise.resolve(fakeOutcome('ingest', '', scope, { outputs: ['rawBars'], facts: rawFacts })),
    clean: ({ scope }) => Promise.resolve(fakeOutcome('clean', '', scope, { outputs: ['bars', 'ledger'] })),
    features: ({ scope }) => Promise.resolve(fakeOutcome('features', '', scope, { outputs: ['features'] })),
    barriers: ({ scope }) => Promise.resolve(fakeOutcome('barriers', '', scope, { outputs: ['barriers'] })),
    labels: ({ scope }) => Promise.resolve(fakeOutcome('labels', '', scope, { outputs: horizons })),
    splits: ({ scope }) =>
      Promise.resolve(
        fakeOutcome('splits', '', scope, { outputs: ['folds'], facts: { tasks: tasks.map((task) => ({ ...task })) } }),
      ),
    diagnose: ({ scope }) => Promise.resolve(fakeOutcome('diagnose', '', scope, { outputs: ['diagnosis'] })),
    select: ({ scope }) => Promise.resolve(fakeOutcome('select', '', scope, { outputs: ['selection', 'report'] })),
    train: ({ scope, task }) =>
      Promise.resolve(
        fakeOutcome('train', fitPart(task.family, task.horizons, task.foldId), scope, {
          outputs: ['model', ...task.horizons.map(predictionsOutput)],
        }),
      ),
    calibrate: (input) =>
      Promise.resolve(fakeOutcome('calibrate', model(input), input.scope, { outputs: ['calibrators', 'predictions'] })),
    evaluate: (input) =>
      Promise.resolve(fakeOutcome('evaluate', model(input), input.scope, { outputs: ['evaluation'] })),
    bundle: (input) => Promise.resolve(fakeOutcome('bundle', model(input), input.scope, { outputs: ['bundle'] })),
  };
}
