import { renderReport } from '../../reporting/report';
import type { ModelRecord, RunRecord } from '../../shared/contracts/run-record';
import { ALL_NETS, fakeRunRecord } from '../support/run-record';

const record = fakeRunRecord({
  symbols: 1,
  folds: 2,
  nets: ['mlp', 'gru', 'tft'],
  withRungs: true,
  withInterruptions: true,
});
const page = renderReport(record);

/** What a reader sees: without style, script and tags. */
function textOf(html: string): string {
  return html
    .replace(/<(style|script)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/[\s\u00a0]+/g, ' ');
}

/** The page from one mark to the next. */
function between(html: string, from: string, to: string): string {
  const start = html.indexOf(from);
  expect(start).toBeGreaterThan(0);
  return html.slice(start, html.indexOf(to, start + from.length));
}

function withModels(change: (model: ModelRecord) => ModelRecord): RunRecord {
  return { ...record, symbols: record.symbols.map((symbol) => ({ ...symbol, models: symbol.models.map(change) })) };
}

function withLoss(model: ModelRecord, value: number, half: number): ModelRecord {
  const logLoss = { value, low: value - half, high: value + half };
  return { ...model, evaluation: { ...model.evaluation, metrics: { ...model.evaluation.metrics, logLoss } } };
}

/** Simple models at 1.00, 1.02 and 1.04; every net at the value given, with an interval of ± 0.01. */
function withNetsAt(value: number): RunRecord {
  const simple: Readonly<Record<string, number>> = { logistic: 1, lightgbm: 1.02, majority: 1.04 };
  return withModels((model) => withLoss(model, simple[model.family] ?? value, 0.01));
}

describe('how nets were trained', () => {
  const section = between(page, 'class="horizon training"', '<h4>Gap and repair ledger');
  const text = textOf(section);

  it('has a row for each fit with its size, epochs, updates, learning rate and rungs, though it stands under two horizons', () => {
    const [mlp] = record.symbols[0]!.models.filter(({ family }) => family === 'mlp');
    const [fold] = mlp!.training;
    const rows = between(section, '<tbody>', '</tbody>').split('</tr>').slice(0, -1).map(textOf);
    expect(rows).toHaveLength(3 * 2);
    const parameters = String(fold!.parameters).replace(/(?=(\d{3})$)/, ',');
    const updates = String(fold!.steps).replace(/(?=(\d{3})$)/, fold!.steps > 999 ? ',' : '');
    expect(rows[0]).toMatch(
      new RegExp(
        `^ MLP 20 and 60 bars f0 ${parameters} 60 bars ${fold!.epochs.length} ${fold!.bestEpoch + 1} 1\\.0400 ${updates} 0\\.001 → [0-9.]+ 2 $`,
      ),
    );
    expect(rows[1]).toMatch(/ f1 .* – $/);
  });

  it('names each rung and each note with its fit', () => {
    expect(text).toContain('MLP f0 rung 1: out of memory at step 142 on the processor');
    expect(text).toContain('MLP f0 rung 2: the loss was no finite number at step 213');
    expect(text).toContain('MLP f0 never changes in training and teaches nothing: volumeRatio20');
  });

  it('draws a learning curve for each fit, and attention and variable weights of a net that tells them', () => {
    expect(section.match(/<title[^>]*>Loss by epoch of/g)).toHaveLength(3 * 2);
    expect(section.match(/<title[^>]*>Attention of Temporal Fusion Transformer/g)).toHaveLength(1);
    expect(section.match(/<title[^>]*>Variable weights of Temporal Fusion Transformer/g)).toHaveLength(1);
    expect(text).toMatch(/50 % of the attention is on the newest \d+ bars of 60; most, \d\.\d %, on the newest bar\./);
  });

  it('is not there where no net was trained', () => {
    expect(renderReport(fakeRunRecord({ symbols: 1 }))).not.toContain('How the nets were trained');
  });

  it('puts folds in their order, whatever order they were finished in', () => {
    const turned = withModels((model) => ({ ...model, training: [...model.training].reverse() }));
    expect(renderReport(turned)).toBe(page);
  });
});

describe('whether a net earns its place', () => {
  const verdict = (value: number): { header: string; block: string; table: string } => {
    const html = renderReport(withNetsAt(value));
    return {
      header: textOf(between(html, '<header', '</header>')),
      block: textOf(between(html, 'Do the nets earn their place?', '</div></div>')),
      table: textOf(between(html, '<table class="verdicts">', '</table>')),
    };
  };

  it('is denied where the best simple model lies inside its interval, even where the net is lower', () => {
    const { header, block, table } = verdict(0.995);
    expect(header).toContain('No net earns its place: none of 6 beats the best simple model beside it');
    expect(block).toContain(
      'No: none of 3 nets beats logistic regression (log loss 1.0000), the best simple model here',
    );
    expect(block).toContain('−0.0050 no, not told apart');
    expect(table.match(/earns no place/g)).toHaveLength(6);
    expect(table).not.toContain('earns its place');
  });

  it('is granted where the net beats the best simple model by more than its interval', () => {
    const { header, block, table } = verdict(0.98);
    expect(header).toContain('6 of 6 nets earn their place: each beats the best simple model beside it');
    expect(block).toContain('GRU, MLP, TFT beat logistic regression (log loss 1.0000)');
    expect(block).toContain('−0.0200 yes, better');
    expect(table.match(/earns its place/g)).toHaveLength(6);
  });

  it('is not granted for beating the baseline alone', () => {
    const { block, table } = verdict(1.015);
    expect(block).toContain('+0.0150 no, worse');
    expect(table.match(/earns no place/g)).toHaveLength(6);
  });

  it('is left open where no simple model was judged', () => {
    const nets = record.symbols.map((symbol) => ({
      ...symbol,
      models: symbol.models.filter(({ training }) => training.length > 0),
    }));
    const text = textOf(renderReport({ ...record, symbols: nets }));
    expect(text).toContain('No simple model was judged beside them, so there is nothing to measure them by.');
    expect(text).not.toContain('earns no place');
    expect(text).not.toContain('No net earns its place');
  });

  it('is counted across symbols, families in their order', () => {
    const html = renderReport(fakeRunRecord({ symbols: 2, horizons: [20], folds: 1, nets: ['tft', 'mlp'] }));
    const rows = between(html, 'id="summary"', '</table>').split('<tr>').slice(2).map(textOf);
    expect(rows.map((row) => / bars (.*?) 2 /.exec(row)?.[1])).toEqual([
      'majority class',
      'logistic regression',
      'LightGBM',
      'perceptron (MLP)',
      'Temporal Fusion Transformer (TFT)',
    ]);
    expect(rows[0]).toContain('is the baseline – ');
    expect(rows[3]).toMatch(/(\d (better|not told apart|worse),? ?)+ (\d (better|not told apart|worse),? ?)+/);
  });
});

describe('interruptions', () => {
  const section = between(page, 'id="interruptions"', '</section>');
  const rows = section.split('<tr>').slice(2).map(textOf);

  it('are told one by one with what they cost, and together', () => {
    expect(rows).toHaveLength(5 + 1);
    expect(rows[0]).toMatch(
      /^ EURUSD train lstm-h20\+60-f2 killed : .* trainer-1 2026-01-05 04:01:04 UTC 6\.20 s 31 $/,
    );
    expect(rows[1]).toMatch(/lightgbm-h20-f3 killed : .* 3\.10 s – $/);
    expect(rows[2]).toMatch(/mlp-h20\+60-f0 OutOfMemory .* 1\.90 s 12 $/);
    expect(rows[3]).toMatch(/gru-h20\+60-f1 stopped .*with a checkpoint.* 0\.90 s 0 $/);
    expect(rows[4]).toMatch(/tcn-h20\+60-f1 overtaken : .* 0\.50 s 3 /);
    expect(rows[5]).toMatch(/^ ?All together 12\.6 s 46 /);
  });

  it('lead to the log of the attempt, where one was written, and are as they were where none was', () => {
    expect(section).not.toContain('href=');
    const [first, ...others] = record.interruptions;
    const log = 'logs/train-mlp%2Fh20-2=2.txt';
    const linked = renderReport({ ...record, interruptions: [{ ...first!, log }, ...others] });
    const links = between(linked, 'id="interruptions"', '</section>').match(/href="[^"]*"/g);
    expect(links).toEqual(['href="logs/train-mlp%252Fh20-2%3D2.txt"']);
    expect(linked.replace(/ <a href="logs[^>]*>log<\/a>/, '')).toBe(renderReport(record));
  });

  it('promise no checkpoint of what has none, and leave updates open where no net was hit', () => {
    const stopped = { ...record.interruptions[3]!, lostSteps: null };
    const html = renderReport({ ...record, interruptions: [stopped], wastedSeconds: 0.9 });
    const said = textOf(between(html, 'id="interruptions"', '</section>'));
    expect(said).toContain('computed again later');
    expect(said).toMatch(/All together 0\.90 s – $/);
  });

  it('say so where the record holds only the costliest', () => {
    const said = textOf(renderReport({ ...record, wastedSeconds: 20 }));
    expect(said).toContain('The costliest 5 interruptions; the rest lost 7.40 s together');
  });

  it('have no section where there were none', () => {
    expect(renderReport(fakeRunRecord({ symbols: 1 }))).not.toContain('id="interruptions"');
  });
});

describe('a page of many families', () => {
  it('draws at most six capital curves and every log loss', () => {
    const html = renderReport(fakeRunRecord({ symbols: 1, horizons: [20], folds: 1, nets: ALL_NETS }));
    expect(ALL_NETS).toHaveLength(12);
    expect(textOf(html)).toContain('Capital and drawdown test period, after costs; 9 weaker nets not drawn');
    const losses = between(html, 'Log loss of every model', '</svg>');
    for (const name of ['majority', 'logistic', 'InceptionTime', 'LSTM–Mamba'])
      expect(losses).toContain(`>${name}</text>`);
  });

  it('keeps to its share of learning curves: the last fold of each net where all would be too many', () => {
    const html = renderReport(fakeRunRecord({ symbols: 6, folds: 4, nets: ALL_NETS, equityPoints: 500 }));
    expect(html.match(/<title[^>]*>Loss by epoch of/g)).toHaveLength(6 * 12);
    expect(html).toContain('Loss by epoch of N-BEATS, fold f3');
    expect(html).not.toContain('Loss by epoch of N-BEATS, fold f2');
    expect(textOf(html)).toContain('the last fold of each net; the table has all 48 fits');
    expect(Buffer.byteLength(html)).toBeLessThan(3e6);
  });

  it('says the same in words where there are many symbols', () => {
    const html = renderReport(fakeRunRecord({ symbols: 25, folds: 2, nets: ['mlp', 'tft'], withRungs: true }));
    expect(html).not.toContain('Loss by epoch of');
    const text = textOf(html);
    expect(text).toMatch(/MLP 20 and 60 bars 2 [\d,]+ 60 bars \d+( to \d+)? \d+( to \d+)? 1\.0400 [\d,]+ 0\.001 2 /);
    expect(text).toContain('MLP f0 rung 1: out of memory');
    expect(text).toContain('Attention of Temporal Fusion Transformer (TFT): 50 % of the attention is on');
    expect(text).toContain('Variable weights of Temporal Fusion Transformer (TFT):');
    expect(Buffer.byteLength(html) / 25).toBeLessThan(110_000);
  });
});
