import {
  batchWorkflowId,
  fitPart,
  parseFitPart,
  retryWorkflowId,
  rootRunId,
  stageActivityId,
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

describe('names', () => {
  it('of stages are in the order of the work, each with a version', () => {
    expect(STAGE_NAMES.map(stageIndex)).toEqual(STAGE_NAMES.map((_, i) => i));
    expect(stageIndex('ingest')).toBeLessThan(stageIndex('train'));
    expect(Object.keys(STAGE_VERSIONS)).toEqual([...STAGE_NAMES]);
    for (const version of Object.values(STAGE_VERSIONS)) expect(version).toBeGreaterThanOrEqual(1);
  });

  it('of queues and search attributes are those that operators were told', () => {
    expect(Object.values(QUEUES)).toEqual(['candlewick-control', 'candlewick-cpu', 'candlewick-gpu']);
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
