import type { RunRecord, SymbolRecord } from '../../shared/contracts/run-record';
import { renderReport } from '../../reporting/report';
import { ERRORS } from '../../shared/names/errors';
import { fakeRunRecord } from '../support/run-record';

const record = fakeRunRecord({ symbols: 2, withFailure: true });
const page = renderReport(record);

/** The record with its first symbol changed. */
function withFirstSymbol(change: Partial<SymbolRecord>): RunRecord {
  const [first, ...others] = record.symbols;
  return { ...record, symbols: [{ ...first!, ...change }, ...others] };
}

/** What a reader sees: without style, script and tags. */
function textOf(html: string): string {
  return html
    .replace(/<(style|script)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('the report of a run', () => {
  it('says in its header which run it is, as of when, and what it cost', () => {
    const header = textOf(page.slice(page.indexOf('<header'), page.indexOf('</header>')));
    for (const said of [
      'Run train-2026-01-05-0400',
      'partial: some symbols failed',
      '2 done, 1 failed',
      '2026-01-05 04:00:00 UTC',
      '3 min 07 s',
      'Work thrown away 12.6 s',
      `${record.computed} computed, ${record.cacheHits} from the cache`,
      'Stamps without a zone were read as bar opens in UTC.',
    ]) {
      expect(header).toContain(said);
    }
  });

  it('shows a failed symbol before anything else, with stage, code, message and remedy', () => {
    const failures = page.indexOf('id="failures"');
    expect(failures).toBeGreaterThan(0);
    expect(failures).toBeLessThan(page.indexOf('id="warnings"'));
    expect(failures).toBeLessThan(page.indexOf('id="verdicts"'));
    const section = textOf(page.slice(failures, page.indexOf('</section>', failures)));
    for (const said of ['BROKEN', 'clean', 'InvalidBars', 'Only 37 of 500 bars']) expect(section).toContain(said);
    expect(section.replace(/\s+/g, '')).toContain(
      ERRORS.InvalidBars.remedy.replaceAll('`', '').replace('<run>', '&lt;run&gt;').replace(/\s+/g, ''),
    );
    expect(page).toMatch(/<ul class="jumps"><li><a class="failed"/);
  });

  it('has no section of failures where nothing failed', () => {
    expect(renderReport(fakeRunRecord({ symbols: 1 }))).not.toContain('id="failures"');
  });

  it('has one verdict row for each symbol, horizon and model, each number with its interval', () => {
    const table = page.slice(
      page.indexOf('<table class="verdicts">'),
      page.indexOf('</table>', page.indexOf('class="verdicts"')),
    );
    expect(table.match(/<th scope="row"/g)).toHaveLength(2 * 2 * 3);
    expect(table.match(/<th scope="col"/g)).toHaveLength(2 + 11);
    const { logLoss } = record.symbols[0]!.models[1]!.evaluation.metrics;
    expect(table).toContain(
      `${logLoss.value.toFixed(4)}<small>[${logLoss.low!.toFixed(4)}, ${logLoss.high!.toFixed(4)}]</small>`,
    );
  });

  it('marks a model as better only where the baseline lies outside its interval', () => {
    const [baseline, model] = record.symbols[0]!.models;
    const standing = (value: number, half: number): string => {
      const logLoss = { value, low: value - half, high: value + half };
      const changed = {
        ...model!,
        evaluation: { ...model!.evaluation, metrics: { ...model!.evaluation.metrics, logLoss } },
      };
      const html = renderReport(withFirstSymbol({ models: [baseline!, changed] }));
      return html.slice(html.indexOf(`data-key="${value}"`)).match(/<small(?: class="\w+")?>([+−][^<]*)</)?.[1] ?? '';
    };
    expect(standing(1.0212, 0.01)).toBe('−0.0200 better');
    expect(standing(1.0612, 0.01)).toBe('+0.0200 worse');
    expect(standing(1.0212, 0.03)).toBe('−0.0200');
  });

  it('says no trades instead of backtest numbers that mean nothing', () => {
    const models = record.symbols[0]!.models.map((model) => ({
      ...model,
      evaluation: { ...model.evaluation, trades: 0 },
    }));
    expect(renderReport(withFirstSymbol({ models })).match(/no trades<\/td>/g)).toHaveLength(6 * 5);
    expect(page).not.toContain('no trades</td>');
  });

  it('puts production criteria and warnings in plain words', () => {
    const text = textOf(page);
    expect(text).toMatch(/does not pass: Sharpe ratio \(20-bar horizon\) −?\d\.\d\d ≤ 0\.8/);
    expect(text).toMatch(/passes: Win rate \(20-bar horizon\) 5\d\.\d % &gt; 50 %/);
    expect(text).toContain('None of them pass every production criterion after costs.');
    const warning = 'The forecast is the same on every test row; the information coefficient is given as 0.';
    const section = textOf(page.slice(page.indexOf('id="warnings"'), page.indexOf('id="summary"')));
    expect(section.split(warning)).toHaveLength(2);
    expect(section).toContain(
      'EURUSD 20 bars majority class; EURUSD 60 bars majority class; GBPUSD 20 bars majority class',
    );
  });

  it('shows ledger entries with their first rows, the longest gaps, stages, settings and environment', () => {
    const text = textOf(page);
    for (const said of [
      'same instant twice dropped 11',
      'row 1,204 · 2016-02-13 00:00 UTC · o 1.1043 · h 1.1039 · l 1.1051 · c 1.1047 · v 812',
      '530 gaps, 25,930 missing bars in all; the longest 20',
      '2016-01-04 00:00 UTC 2016-01-07 18:00 UTC 3.8 days 89',
      'lightgbm-h20-f3',
      'firstTrainDays',
      'lightgbm 4.7.0',
    ]) {
      expect(text).toContain(said);
    }
  });

  it('escapes whatever comes from outside', () => {
    const evil = '<img src=x onerror="alert(1)">$&\'';
    const html = renderReport({
      ...withFirstSymbol({ symbol: evil, failure: { code: evil, message: evil, stage: null }, status: 'failed' }),
      runId: evil,
      environment: { [evil]: evil },
    });
    expect(html).not.toContain('<img');
    expect(html).not.toContain('onerror="');
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;$&amp;&#39;');
  });

  it('keeps a title with dollar signs as it is in a drawing', () => {
    const importances = [{ feature: "a$&b$'c<d", share: 1 }];
    const models = record.symbols[0]!.models.map((model) => ({ ...model, importances }));
    expect(renderReport(withFirstSymbol({ models }))).toContain('Shares of the total: a$&amp;b$&#39;c&lt;d 100.0 %.');
  });

  it('asks for nothing from outside and forbids it', () => {
    expect(page).not.toMatch(/https?:\/\//);
    expect(page).not.toMatch(/<link|<iframe|<img|@import|url\((?!#)/);
    expect(page).toContain("default-src 'none'");
  });

  it('needs no script: tables, pictures and words stand outside it', () => {
    const still = page.replace(/<script>[\s\S]*?<\/script>/, '');
    expect(textOf(still)).toBe(textOf(page));
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  it('follows light and dark, and prints light', () => {
    const used = new Set([...page.matchAll(/var\(--(\w+)\)/g)].map((match) => match[1]));
    const light = /:root\{color-scheme:light dark;([^}]*)\}/.exec(page)![1]!;
    const dark = /@media screen and \(prefers-color-scheme:dark\)\{:root:not\(\[data-theme=light\]\)\{([^}]*)\}/.exec(
      page,
    )![1]!;
    expect(used.size).toBeGreaterThan(20);
    for (const name of used) {
      expect(light).toContain(`--${name}:#`);
      expect(dark).toContain(`--${name}:#`);
    }
    const drawings = [...page.matchAll(/<svg[\s\S]*?<\/svg>/g)].map((match) => match[0].replace(/fill="#000"/g, ''));
    for (const drawing of drawings) expect(drawing).not.toMatch(/(?:fill|stroke)="#/);
  });

  it('names every picture for a screen reader, under ids of its own', () => {
    const drawings = [...page.matchAll(/<svg[\s\S]*?<\/svg>/g)].map((match) => match[0]);
    expect(drawings).toHaveLength(2 * (1 + 2 * (1 + 1 + 3 + 1)));
    for (const drawing of drawings) {
      const [, title, desc] = /role="img" aria-labelledby="(\S+) (\S+)"/.exec(drawing)!;
      expect(drawing).toMatch(new RegExp(`<title id="${title}">[^<]{10,}</title><desc id="${desc}">[^<]{10,}</desc>`));
    }
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(page.match(/<th(?![^>]* scope=)[ >]/g)).toBeNull();
  });

  it('gives the same bytes for the same record', () => {
    expect(renderReport(fakeRunRecord({ symbols: 2, withFailure: true }))).toBe(page);
    expect(renderReport(fakeRunRecord({ symbols: 2, withFailure: true, seed: 8 }))).not.toBe(page);
  });

  it('stays readable when read back from JSON, where a missing number is null', () => {
    const models = record.symbols[0]!.models.map((model) => {
      const sharpe = { value: NaN, low: null, high: null };
      return { ...model, evaluation: { ...model.evaluation, metrics: { ...model.evaluation.metrics, sharpe } } };
    });
    const html = renderReport(JSON.parse(JSON.stringify(withFirstSymbol({ models }))) as RunRecord);
    const withoutConfig = textOf(html.slice(0, html.indexOf('Effective configuration')));
    expect(withoutConfig).not.toMatch(/\b(?:NaN|null|undefined|Infinity)\b/);
  });

  it('tells of a run in which nothing was judged', () => {
    const html = renderReport({ ...record, status: 'failed', symbols: record.symbols.slice(2) });
    expect(textOf(html)).toContain('No model was judged in this run.');
    expect(html).not.toContain('id="verdicts"');
    expect(textOf(renderReport({ ...record, symbols: [] }))).toContain('0 done, 0 failed');
  });

  it('says so when the baseline is no worse than any model', () => {
    const [baseline, model] = record.symbols[0]!.models;
    const metrics = { ...baseline!.evaluation.metrics, logLoss: { value: 0.9, low: 0.89, high: 0.91 } };
    const strong = { ...baseline!, evaluation: { ...baseline!.evaluation, metrics } };
    const text = textOf(renderReport(withFirstSymbol({ models: [strong, model!] })));
    expect(text).toContain('beside the majority baseline, which is no worse than any model');
  });

  it('is smaller than 3 MB for six symbols, two horizons and three models', () => {
    const html = renderReport(fakeRunRecord({ symbols: 6, equityPoints: 500 }));
    expect(Buffer.byteLength(html)).toBeLessThan(3e6);
  });

  it('draws less of each symbol when there are many, and loses none of its words', () => {
    const html = renderReport(fakeRunRecord({ symbols: 25, folds: 2, equityPoints: 500 }));
    const drawings = [...html.matchAll(/<svg[\s\S]*?<\/svg>/g)];
    expect(drawings).toHaveLength(25 * 2 * (1 + 3));
    expect(textOf(html)).toContain('Most important features of');
    expect(html).not.toContain('<details class="card" open>');
    expect(Buffer.byteLength(html) / 25).toBeLessThan(100_000);
  });
});
