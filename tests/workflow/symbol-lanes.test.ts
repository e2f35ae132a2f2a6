import type { RunPlan, SymbolResult } from '../../shared/contracts/run';
import { SymbolLanes } from '../../workflows/symbol-lanes';
import { fakeRef } from '../support/fake-stages';
import { createGate } from '../support/gate';

interface StartedChild {
  readonly workflowId: string;
  readonly paused: boolean;
}

const started: StartedChild[] = [];
const signals: [workflowId: string, paused: boolean][] = [];
let begins = createGate();

jest.mock('@temporalio/workflow', () => ({
  ...jest.requireActual<object>('@temporalio/workflow'),
  condition: () => Promise.resolve(),
  startChild: async (_type: string, options: { workflowId: string; args: [{ symbol: string; paused: boolean }] }) => {
    const [{ symbol, paused }] = options.args;
    started.push({ workflowId: options.workflowId, paused });
    await begins.passed;
    const result: SymbolResult = { symbol, status: 'done', failure: null, record: null, cacheHits: 0 };
    return {
      signal: (_signal: unknown, value: boolean) => Promise.resolve(void signals.push([options.workflowId, value])),
      result: () => Promise.resolve(result),
    };
  },
}));

/** What a real server shows only in an instant: a pause that arrives while a child is being started. */
describe('a pause while a child is being started', () => {
  beforeEach(() => {
    begins = createGate();
    started.length = 0;
    signals.length = 0;
  });

  it.each([
    ['pause', [true], [['run-1/AAA', true]]],
    ['pause and unpause', [true, false], []],
  ])('%s: the child is told what it does not know', async (_name, changes, expected) => {
    const lanes = new SymbolLanes({ ...{ workflowId: 'run-1', runId: 'run-1', plan: planOf(['AAA']) }, ...NEW });
    const ended = lanes.run();
    for (const paused of changes) await lanes.setPaused(paused);
    begins.open();
    await ended;

    expect(started).toEqual([{ workflowId: 'run-1/AAA', paused: false }]);
    expect(signals).toEqual(expected);
  });
});

const NEW = { symbols: ['AAA'], paused: false, onChange: () => undefined };

function planOf(symbols: readonly string[]): RunPlan {
  return {
    ...{
      config: fakeRef('config'),
      storeId: 'store',
      asOfMs: 0,
      symbols: [...symbols],
      maxParallelSymbols: 1,
      successQuorum: 1,
      limits: { heartbeatMs: 10_000, stageMs: 21_600_000 },
    },
    ...{ from: null, until: null },
  };
}
