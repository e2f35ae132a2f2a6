import type { RunSummary } from '../../shared/contracts/run';
import type { SymbolScope } from '../../shared/contracts/stages';
import type { StageName } from '../../shared/names/stages';
import { STAGE_NAMES } from '../../shared/names/stages';
import type { FakeRun } from '../support/fake-run';
import { fault } from '../support/fake-run';
import { WorkflowEnv } from '../support/workflow-env';

/** What a run is given and what it answers: its input, its summary, the stages that it runs, the run that it belongs to. */
/** A run whose symbols have the optional stages too. */
const EVERY_STAGE = { optionalStages: { barriers: 'all', diagnose: 'all', select: 'all' } } as const;

describe('input of trainUniverse', () => {
  let env: WorkflowEnv;
  beforeAll(async () => (env = await WorkflowEnv.start()));
  afterAll(() => WorkflowEnv.stop(env));

  it('hands no input, an empty object and a configuration to prepareRun as they were typed', async () => {
    const typed: ([] | [Record<string, unknown>])[] = [
      [],
      [{}],
      [{ preset: 'quick', symbols: ['XAG'], execution: { successQuorum: 1 } }],
    ];
    const runs = typed.map((args) => ({ args, run: env.run({ symbols: ['XAG'] }) }));
    const summaries = await Promise.all(runs.map(async ({ args, run }) => (await env.start(run, ...args)).result()));

    runs.forEach(({ args, run }, index) => {
      expect(summaries[index]).toEqual<RunSummary>({
        ...{ runId: run.runId, status: 'done', symbols: 1, done: 1, failed: 0, cacheHits: 0 },
        ...{ report: 'report.html', record: 'run.json' },
      });
      const prepared = run.callsOf('prepareRun').map(({ input }) => ({ runId: input.runId, input: input.input }));
      expect(prepared).toEqual([{ runId: run.runId, input: args[0] }]);
    });
  });

  it('fails with the code and the faults that prepareRun found, once, without a report', async () => {
    const message = 'splits.purgeBars: 3 is below the longest label; featurs: unknown key';
    const run = env.run().fake({ prepareRun: () => Promise.reject(fault('InvalidConfig', message)) });
    const handle = await env.start(run, { featurs: {} });

    await expect(handle.result()).rejects.toMatchObject({
      cause: { cause: { type: 'InvalidConfig', message, nonRetryable: true } },
    });
    expect(run.ids()).toEqual(['prepare']);
  });

  it('runs every stage of a symbol once, in order, each fed by what came before', async () => {
    const run = env.run({ symbols: ['XAG'] });
    await (await env.start(run)).result();

    expect(inOrder(run)).toEqual([
      ...['prepare', 'ingest-XAG', 'clean-XAG', 'features-XAG', 'labels-XAG', 'splits-XAG'],
      ...['train-lightgbm-XAG-h20-f0', 'train-lightgbm-XAG-h20-f1'],
      ...['calibrate-XAG-lightgbm-h20', 'evaluate-XAG-lightgbm-h20', 'bundle-XAG-lightgbm-h20', 'record-XAG', 'report'],
    ]);
    expect(run.callsOf('clean')[0]!.input.rawBars.uri).toBe('objects/XAG-ingest-rawBars');
    expect(run.callsOf('labels')[0]!.input.bars.uri).toBe('objects/XAG-clean-bars');
    expect(run.callsOf('train')[0]!.input.labels['20']!.uri).toBe('objects/XAG-labels-20');
    expect(run.callsOf('calibrate')[0]!.input.fits.map(({ foldId, model }) => [foldId, model.uri])).toEqual([
      ['f0', 'objects/XAG-train-lightgbm-h20-f0-model'],
      ['f1', 'objects/XAG-train-lightgbm-h20-f1-model'],
    ]);
    expect(run.callsOf('evaluate')[0]!.input.predictions.uri).toBe('objects/XAG-calibrate-lightgbm-h20-predictions');
    expect(run.callsOf('bundle')[0]!.input.calibrators.uri).toBe('objects/XAG-calibrate-lightgbm-h20-calibrators');
    expect(run.callsOf('recordSymbol')[0]!.input.outcomes).toHaveLength(10);
  });

  it('runs nothing after the stage named by `until`', async () => {
    const ends = STAGE_NAMES.map((until) => ({ until, run: env.run({ symbols: ['XAG'], until, ...EVERY_STAGE }) }));
    const ran = await Promise.all(
      ends.map(async ({ until, run }) => {
        const { status } = await (await env.start(run)).result();
        const called = new Set(run.calls.map(({ name }) => name));
        return {
          until,
          status,
          recorded: called.has('recordSymbol'),
          stages: STAGE_NAMES.filter((name) => called.has(name)),
        };
      }),
    );

    expect(ran).toEqual(
      STAGE_NAMES.map((until, index) => ({
        ...{ until, status: 'done', recorded: true },
        stages: STAGE_NAMES.slice(0, index + 1),
      })),
    );
  });

  it('has a stage that not every symbol has only where the plan says so', async () => {
    const run = env.run({ symbols: ['XAG', 'XPT'], optionalStages: { select: ['XPT'] } });
    await (await env.start(run)).result();

    expect(run.callsOf('select').map(({ input }) => input.scope.symbol)).toEqual(['XPT']);
    for (const { input } of run.callsOf('train')) {
      const selection = input.scope.symbol === 'XPT' ? 'objects/XPT-select-selection' : undefined;
      expect(input.selection?.uri).toBe(selection);
    }
  });

  it('ends behind the splits where it is to end with a selection that the symbol has not', async () => {
    const run = env.run({ symbols: ['XAG'], until: 'select' });
    await (await env.start(run)).result();
    const called = new Set(run.calls.map(({ name }) => name));
    expect(STAGE_NAMES.filter((name) => called.has(name)).at(-1)).toBe('splits');
  });

  it('asks for the stages before `from` to be in the store already, and for no later one', async () => {
    const run = env.run({ symbols: ['XAG'], from: 'train', ...EVERY_STAGE });
    await (await env.start(run)).result();

    const cachedOnly = STAGE_NAMES.filter((stage) => scopeOf(run, stage).mustBeCached);
    expect(cachedOnly).toEqual(['ingest', 'clean', 'features', 'barriers', 'labels', 'splits', 'diagnose', 'select']);
  });

  it('counts the computations of a retry with the run that it mends', async () => {
    const run = env.run({ symbols: ['XAG'], ...EVERY_STAGE });
    const handle = await env.startAs(`${run.runId}/retry-1`);
    await expect(handle.result()).resolves.toMatchObject({ runId: run.runId });

    expect(run.callsOf('prepareRun')[0]!.input.runId).toBe(run.runId);
    expect(STAGE_NAMES.map((stage) => scopeOf(run, stage).runId)).toEqual(STAGE_NAMES.map(() => run.runId));
    expect(run.callsOf('recordSymbol')[0]!.input.runId).toBe(run.runId);
    expect(run.callsOf('writeReport')[0]!.input.runId).toBe(`${run.runId}/retry-1`);
    const child = await env.client.workflow.getHandle(`${run.runId}/retry-1/XAG`).describe();
    expect(child.status.name).toBe('COMPLETED');
  });
});

function scopeOf(run: FakeRun, stage: StageName): SymbolScope {
  return run.callsOf(stage)[0]!.input.scope;
}

/** Activity ids as they began; the two fits begin side by side, in either order. */
function inOrder(run: FakeRun): readonly string[] {
  const isFit = (id: string) => id.startsWith('train-');
  const fits = run.ids().filter(isFit).sort();
  return run.ids().map((id) => (isFit(id) ? (fits.shift() ?? id) : id));
}
