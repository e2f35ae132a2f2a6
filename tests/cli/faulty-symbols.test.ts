import { gzipSync } from 'node:zlib';
import type { CleanLedger } from '../../domain/core/ledger';
import { QUICK_RUN, barFile, barLines, csvOf, stampOf, type BarLine } from '../support/bar-files';
import { openCliHome, type CliHome, type CliResult } from '../support/cli';

const METRICS = [
  'logLoss',
  'brier',
  'ece',
  'balancedAccuracy',
  'directionalAccuracy',
  'informationCoefficient',
  'sharpe',
  'maxDrawdown',
  'winRate',
  'profitFactor',
  'turnover',
];

/** Only the majority class, on one horizon: what is trained does not matter here. */
const CONFIG = `${QUICK_RUN}
execution: { successQuorum: 0.1 }
perSymbol:
  REJECTS: { clean: { negativeVolume: reject } }
`;
const LEAN = [
  'models={majority: {enabled: true}, logistic: {enabled: false}, lightgbm: {enabled: false}}',
  'labels.horizons=[{bars: 8, upAtr: 1.5, downAtr: 1.5}]',
];

/** The same bars with one thing changed in some of their lines. */
function altered(seed: number, change: (line: BarLine, bar: number) => BarLine): string {
  return csvOf(barLines(seed, 1500).map(change));
}
const withNegativeVolume = (line: BarLine, bar: number): BarLine => {
  const [stamp, open = 0, high = 0, low = 0, close = 0, volume = 0] = line;
  return [stamp, open, high, low, close, bar % 500 === 7 ? '-5' : volume];
};

/** Each faulty file, the code of its failure, and what the message must say. */
const FAULTY: readonly (readonly [file: string, content: string | Uint8Array, code: string, says: RegExp])[] = [
  [
    'COLUMN.csv',
    csvOf(
      barLines(2, 1500).map((line) => line.slice(0, 5) as unknown as BarLine),
      'time,open,high,low,close',
    ),
    'InvalidSource',
    /COLUMN\.csv: no column for 'volume'; the header has 'time', .*source\.columns\.volume/,
  ],
  [
    'TEXT.csv',
    altered(3, (line, bar) => (bar === 1200 ? [line[0], 'n/k', ...line.slice(2)] : line)),
    'InvalidSource',
    /TEXT\.csv: column 'open', row 1202: 'n\/k' is not a number/,
  ],
  [
    'ZONES.csv',
    altered(4, (line, bar) => [bar < 700 ? line[0] : stampOf(bar).slice(0, 19), ...line.slice(1)]),
    'InvalidSource',
    /ZONES\.csv: times in two zones: .* row 2 .* row 702 /,
  ],
  ['EMPTY.csv', '', 'InvalidSource', /EMPTY\.csv: the file is empty/],
  ['HEADER.csv', 'time,open,high,low,close,volume\n', 'InvalidSource', /HEADER\.csv: a header, but no rows/],
  [
    'TORN.csv.gz',
    gzipSync(barFile(5)).subarray(0, 9000),
    'InvalidSource',
    /TORN\.csv\.gz: the gzip archive is truncated/,
  ],
  ['SHORT.csv', barFile(6, 50), 'InvalidBars', /50 of 50 bars are usable, at least 1000 are needed/],
  ['REJECTS.csv', altered(7, withNegativeVolume), 'InvalidBars', /negativeVolume 3 .*[^]*row 7 /],
];

let home: CliHome;
let run: CliResult;

beforeAll(async () => {
  home = await openCliHome();
  home.write('bars/GOOD.csv', barFile(1));
  home.write('bars/NEGATIVE.csv', altered(8, withNegativeVolume));
  for (const [file, content] of FAULTY) home.write(`bars/${file}`, content);
  home.write('run.yaml', CONFIG);
  const settings = LEAN.flatMap((setting) => ['--set', setting]);
  run = await home.cli(['run', '--source', 'bars/*', '--config', 'run.yaml', ...settings, '--id', 'faulty', '--json']);
  if (run.stdout === '') throw new Error(run.stderr);
}, 120_000);
afterAll(() => home.close(), 60_000);

interface Document {
  readonly status: string;
  readonly symbols: readonly {
    readonly symbol: string;
    readonly status: string;
    readonly bars: number;
    readonly failure: { readonly code: string; readonly message: string } | null;
    readonly models: readonly {
      readonly family: string;
      readonly horizonBars: number;
      readonly bundle: string;
      readonly metrics: Readonly<Record<string, object>>;
    }[];
  }[];
}
const documentOf = (): Document => JSON.parse(run.stdout) as Document;

describe('a run with faulty symbols among good ones', () => {
  it('is done in part: exit code 3, the good symbols done', () => {
    expect({ exitCode: run.exitCode, status: documentOf().status }).toEqual({ exitCode: 3, status: 'partial' });
    const done = documentOf().symbols.filter(({ status }) => status === 'done');
    expect(done.map(({ symbol, bars, failure }) => ({ symbol, bars, failure }))).toEqual([
      { symbol: 'GOOD', bars: 1500, failure: null },
      { symbol: 'NEGATIVE', bars: 1497, failure: null },
    ]);
  });

  it.each(FAULTY.map(([file, , code, says]) => ({ symbol: file.split('.')[0] ?? '', code, says })))(
    'fails $symbol alone, with $code',
    ({ symbol, code, says }) => {
      const entry = documentOf().symbols.find((candidate) => candidate.symbol === symbol);
      expect(entry).toMatchObject({ status: 'failed', models: [], failure: { code } });
      expect(entry?.failure?.message).toMatch(says);
    },
  );

  it('gives one JSON document with exactly the documented keys', () => {
    const document = documentOf();
    expect(Object.keys(document)).toEqual([
      'runId',
      'status',
      'report',
      'store',
      'wallSeconds',
      'wastedSeconds',
      'cacheHits',
      'symbols',
    ]);
    for (const symbol of document.symbols) {
      expect(Object.keys(symbol)).toEqual(['symbol', 'status', 'bars', 'failure', 'models', 'overfitting']);
      if (symbol.failure !== null) expect(Object.keys(symbol.failure)).toEqual(['code', 'message']);
      for (const model of symbol.models) {
        expect(Object.keys(model)).toEqual(['family', 'horizonBars', 'bundle', 'metrics']);
        expect(Object.keys(model.metrics).sort()).toEqual([...METRICS].sort());
        for (const metric of Object.values(model.metrics)) {
          expect(Object.keys(metric).sort()).toEqual(['high', 'low', 'value']);
        }
      }
    }
    const [good] = document.symbols.filter(({ symbol }) => symbol === 'GOOD');
    expect(good?.models).toMatchObject([{ family: 'majority', horizonBars: 8 }]);
    expect(good?.models[0]?.bundle).toMatch(/^blobs\//);
  });

  it('names each reason in failures, with what to do', async () => {
    const { exitCode, stdout } = await home.cli(['failures', 'faulty']);
    expect(exitCode).toBe(0);
    for (const [file, , code, says] of FAULTY) {
      const part = stdout.split(/^(?=\S)/m).find((text) => text.startsWith(`${file.split('.')[0] ?? ''} `));
      expect(part).toMatch(says);
      expect(part).toContain(` ${code} at `);
      expect(part).toMatch(/\n {2}what to do: .*retry/);
    }
    expect(stdout).not.toMatch(/^(GOOD|NEGATIVE)/m);
  });

  it('drops and counts what the policy says, with the first rows', async () => {
    const { symbols } = await home.record('faulty');
    const { ledger } = symbols.find(({ symbol }) => symbol === 'NEGATIVE') ?? { ledger: null };
    const { barsIn, barsOut, entries } = ledger as CleanLedger;
    expect({ barsIn, barsOut }).toEqual({ barsIn: 1500, barsOut: 1497 });
    expect(entries).toMatchObject([{ decision: 'negativeVolume', action: 'dropped', count: 3 }]);
    expect(entries[0]?.firstRows.map(({ row }) => row)).toEqual([7, 507, 1007]);
  });

  it('is shown by status and report', async () => {
    const status = await home.cli(['status', 'faulty']);
    expect(status.exitCode).toBe(0);
    expect(status.stdout).toMatch(/^faulty: partial, 2 of 10 symbols done/m);
    expect(status.stdout).toMatch(/^FAILED SHORT at clean: InvalidBars/m);
    const report = await home.cli(['report', 'faulty']);
    expect(report.stdout.trim()).toBe(`${home.home}/store/runs/faulty/report.html`);
    const list = await home.cli(['status']);
    expect(list.stdout).toMatch(/^faulty +run +completed/m);
  });
});
