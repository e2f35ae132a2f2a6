import { PassThrough } from 'node:stream';
import { createProgressBars } from '../../../cli/views/progress-bars';
import { createProgressLines } from '../../../cli/views/progress-lines';
import { symbolTable } from '../../../cli/views/symbol-table';
import type { SymbolProgress, UniverseProgress } from '../../../shared/names/messages';

const universe: UniverseProgress = {
  phase: 'training',
  paused: false,
  total: 2,
  done: 0,
  failed: 0,
  symbols: [
    { symbol: 'GEN01', state: 'running', workflowId: 'r/GEN01' },
    { symbol: 'GEN02', state: 'waiting', workflowId: 'r/GEN02' },
  ],
};

function training(note: string, more: Partial<SymbolProgress> = {}): SymbolProgress {
  return {
    symbol: 'GEN01',
    stage: 'train',
    paused: false,
    stepsDone: 7,
    stepsTotal: 20,
    cacheHits: 0,
    running: ['train gru-h20+60-f0'],
    notes: { 'train gru-h20+60-f0': note },
    failed: [],
    ...more,
  };
}

describe('progress as lines', () => {
  it('tells now and then where a net is: epoch, loss and rung, and nothing twice', () => {
    let nowMs = 0;
    const lines: string[] = [];
    const view = createProgressLines(
      (line) => lines.push(line),
      () => nowMs,
    );
    view.update(universe, [training('epoch 1 of 30, loss 1.0800, saved at step 20')]);
    nowMs = 5_000;
    view.update(universe, [training('epoch 2 of 30, loss 1.0700, stopping 1.0791, saved at step 40')]);
    nowMs = 20_000;
    view.update(universe, [training('epoch 3 of 30, loss 1.0642, stopping 1.0791, rung 1, saved at step 60')]);
    nowMs = 60_000;
    view.update(universe, [training('epoch 3 of 30, loss 1.0642, stopping 1.0791, rung 1, saved at step 61')]);
    expect(lines).toEqual([
      'GEN01: gru-h20+60-f0 epoch 1 of 30, loss 1.0800',
      'GEN01: train',
      'run: training, 0 of 2 symbols done',
      'GEN01: gru-h20+60-f0 epoch 3 of 30, loss 1.0642, rung 1',
    ]);
  });

  it('has no line for steps that say nothing of themselves', () => {
    const lines: string[] = [];
    createProgressLines((line) => lines.push(line)).update(universe, [training('', { notes: {} })]);
    expect(lines).toEqual(['GEN01: train', 'run: training, 0 of 2 symbols done']);
  });
});

describe('progress as bars', () => {
  it('has the epoch and the loss of a running net behind the bar of its symbol', () => {
    const stream = Object.assign(new PassThrough(), {
      isTTY: true,
      columns: 160,
      cursorTo: () => true,
      moveCursor: () => true,
      clearLine: () => true,
      clearScreenDown: () => true,
    });
    const written: string[] = [];
    stream.on('data', (chunk: Buffer) => written.push(chunk.toString('utf8')));
    const view = createProgressBars(stream as unknown as NodeJS.WriteStream);
    view.update(universe, [
      training('epoch 3 of 30, loss 1.0642, stopping 1.0791, saved at step 60', {
        running: ['train gru-h20+60-f0', 'train lightgbm-h20-f0'],
      }),
    ]);
    view.close();
    expect(written.join('')).toContain('train (2 at once) · gru-h20+60-f0 epoch 3 of 30, loss 1.0642');
  });
});

describe('the table of symbols of an open run', () => {
  it('shows stage, steps and the whole note of each running net, and the state of the rest', () => {
    const two = training('epoch 3 of 30, loss 1.0642, saved at step 60', {
      notes: {
        'train gru-h20+60-f0': 'epoch 3 of 30, loss 1.0642, saved at step 60',
        'train mlp-h20+60-f0': 'rung 1: out of memory at step 40 on the processor',
      },
    });
    const lines = symbolTable(universe, [two]).split('\n');
    expect(lines[0]).toMatch(/^symbol +state +stage +steps +running$/);
    expect(lines[2]).toMatch(
      /^GEN01 +running +train +7 of 20 +train gru-h20\+60-f0: epoch 3 of 30, loss 1\.0642, saved at step 60$/,
    );
    expect(lines[3]).toMatch(/^ +train mlp-h20\+60-f0: rung 1: out of memory at step 40 on the processor$/);
    expect(lines[4]).toMatch(/^GEN02 +waiting$/);
  });

  it('names running steps that say nothing, and a pause', () => {
    const quiet = training('', { notes: {}, paused: true });
    expect(symbolTable(universe, [quiet])).toMatch(/train \(paused\) +7 of 20 +train gru-h20\+60-f0\n/);
  });

  it('is short where no symbol answers, and of one symbol where that was asked for', () => {
    expect(symbolTable(universe, []).split('\n')[0]).toMatch(/^symbol +state$/);
    expect(symbolTable(null, [training('epoch 1 of 2')]).split('\n')).toHaveLength(3);
  });
});
