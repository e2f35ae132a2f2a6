import {
  batchWorkflowId,
  fitPart,
  parseFitPart,
  placeOfWorkflow,
  promotionWorkflowId,
  retrainRunId,
  retryWorkflowId,
  rootRunId,
  stageActivityId,
  symbolOfActivity,
  symbolOfWorkflow,
  symbolWorkflowId,
  trainActivityId,
} from '../../../shared/names/ids';
import { QUEUES } from '../../../shared/names/queues';
import { SEARCH_ATTRIBUTES } from '../../../shared/names/search-attributes';
import { STAGE_NAMES, STAGE_VERSIONS, stageIndex } from '../../../shared/names/stages';

describe('ids', () => {
  it('read as what they name', () => {
    expect(symbolWorkflowId('run-1', 'XAU/USD')).toBe('run-1/XAU/USD');
    expect(batchWorkflowId('run-1', 2)).toBe('run-1/batch-2');
    expect(trainActivityId('XAG', { family: 'lightgbm', horizons: [20], foldId: 'f3' }, 0)).toBe(
      'train-lightgbm-XAG-h20-f3',
    );
    expect(trainActivityId('XAG', { family: 'lstm', horizons: [20, 60], foldId: 'f0' }, 2)).toBe(
      'train-lstm-XAG-h20+60-f0-rung2',
    );
    expect(parseFitPart(fitPart('lstm-mamba', [20, 60], 'f0'))).toEqual({
      family: 'lstm-mamba',
      horizons: [20, 60],
      foldId: 'f0',
    });
    expect(parseFitPart('lightgbm-h20')).toBeNull();
    expect(stageActivityId('clean', 'XAG', '')).toBe('clean-XAG');
    expect(stageActivityId('evaluate', 'XAG', 'lightgbm-h20')).toBe('evaluate-XAG-lightgbm-h20');
  });

  it('count a retry with the run it mends, and a retry of a retry too', () => {
    expect(retryWorkflowId('run-1', 1)).toBe('run-1/retry-1');
    expect(retryWorkflowId('run-1/retry-1', 2)).toBe('run-1/retry-2');
    expect(rootRunId('run-1/retry-12')).toBe('run-1');
    expect(rootRunId('run-1')).toBe('run-1');
    expect(rootRunId('a/retry-x')).toBe('a/retry-x');
    expect(rootRunId('a/retry-1/b')).toBe('a/retry-1/b');
  });
});

describe('the place of a workflow', () => {
  const retrain = 'retrain-daily-2026-11-20T22:30:00Z';
  const run = retrainRunId(retrain);
  it.each([
    ['a run', 'run-1', { runId: 'run-1', symbol: null, retrainId: null }],
    ['a symbol', 'run-1/AAA', { runId: 'run-1', symbol: 'AAA', retrainId: null }],
    ['a symbol with a slash', 'run-1/BTC/USD', { runId: 'run-1', symbol: 'BTC/USD', retrainId: null }],
    ['a symbol of a retry', 'run-1/retry-2/BTC/USD', { runId: 'run-1', symbol: 'BTC/USD', retrainId: null }],
    ['a batch', batchWorkflowId('run-1', 3), { runId: 'run-1', symbol: null, retrainId: null }],
    ['a retrain', retrain, { runId: retrain, symbol: null, retrainId: null }],
    ["a retrain's run", run, { runId: run, symbol: null, retrainId: retrain }],
    ["a symbol of a retrain's run", `${run}/AAA`, { runId: run, symbol: 'AAA', retrainId: retrain }],
    ["a retry of a retrain's run", `${run}/retry-1/AAA`, { runId: run, symbol: 'AAA', retrainId: retrain }],
    ['a symbol called RUN', 'run-1/RUN', { runId: 'run-1', symbol: 'RUN', retrainId: null }],
    [
      'a promotion',
      promotionWorkflowId('daily/XAG-h20', 3),
      { runId: 'promote/daily/XAG-h20/v3', symbol: null, retrainId: null },
    ],
  ])('is read for %s', (_, workflowId, place) => {
    expect(placeOfWorkflow(workflowId)).toEqual(place);
    expect(symbolOfWorkflow(workflowId)).toBe(place.symbol);
  });

  it('is read below a run whose own name has a slash, where that is known', () => {
    expect(symbolOfWorkflow('nightly/eu/BTC/USD', 'nightly/eu')).toBe('BTC/USD');
    expect(symbolOfWorkflow('nightly/eu/retry-1/AAA', 'nightly/eu/retry-1')).toBe('AAA');
    expect(symbolOfWorkflow('nightly/eu', 'nightly/eu')).toBeNull();
  });
});

describe('the symbol of an activity', () => {
  const symbols = ['BRK', 'BRK-B', 'B', 'BTC/USD'];
  it.each([
    ['clean-BRK-B', 'BRK-B'],
    ['clean-BRK', 'BRK'],
    ['evaluate-BRK-lightgbm-h20', 'BRK'],
    ['evaluate-BRK-B-lightgbm-h20', 'BRK-B'],
    ['train-lstm-mamba-BRK-B-h20+60-f0-rung2', 'BRK-B'],
    ['train-lightgbm-B-h20-f3', 'B'],
    ['ingest-BTC/USD', 'BTC/USD'],
    ['prepare', null],
  ])('%s is %s', (activityId, symbol) => expect(symbolOfActivity(activityId, symbols)).toBe(symbol));
});

describe('names', () => {
  it('of stages are in the order of the work, each with a version', () => {
    expect(STAGE_NAMES.map(stageIndex)).toEqual(STAGE_NAMES.map((_, i) => i));
    expect(stageIndex('ingest')).toBeLessThan(stageIndex('train'));
    expect(Object.keys(STAGE_VERSIONS)).toEqual([...STAGE_NAMES, 'judge']);
    for (const version of Object.values(STAGE_VERSIONS)) expect(version).toBeGreaterThanOrEqual(1);
  });

  it('of queues and search attributes are those that operators were told', () => {
    expect(Object.values(QUEUES)).toEqual([
      'candlewick-control',
      'candlewick-cpu',
      'candlewick-gpu',
      'candlewick-vendor',
    ]);
    expect(SEARCH_ATTRIBUTES).toEqual({
      Symbol: 'KEYWORD',
      Stage: 'KEYWORD',
      ModelFamily: 'KEYWORD',
      RunKind: 'KEYWORD',
      FailureCode: 'KEYWORD',
      Sharpe: 'DOUBLE',
      BrierScore: 'DOUBLE',
    });
  });
});
