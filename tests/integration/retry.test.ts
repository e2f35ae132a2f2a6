import { readFileSync } from 'node:fs';
import type { CleanLedger } from '../../domain/core/ledger';
import { QUICK_RUN, barFile, barLines, csvOf, type BarLine } from '../support/bar-files';
import { countByStage, openCliHome, type CliHome, type CliResult } from '../support/cli';

const BROKEN = csvOf(
  barLines(2, 1500).map((line, bar): BarLine => (bar === 40 ? [line[0], 'broken', ...line.slice(2)] : line)),
);
/** Every 300th bar twice, with another volume the second time. */
const CORRECTED = csvOf(
  barLines(3, 1500).flatMap((line, bar): BarLine[] =>
    bar % 300 === 150 ? [line, [...(line.slice(0, 5) as unknown as BarLine), 7]] : [line],
  ),
);
const CONFIG = `${QUICK_RUN}
perSymbol:
  KEEPLAST: { clean: { duplicates: keepLast }, labels: { horizons: [{ bars: 12, upAtr: 1.5, downAtr: 1.5 }] } }
`;

let home: CliHome;
let first: CliResult;

beforeAll(async () => {
  home = await openCliHome();
  home.write('bars/BAD.csv', BROKEN);
  home.write('bars/KEEPFIRST.csv', CORRECTED);
  home.write('bars/KEEPLAST.csv', CORRECTED);
  home.write('run.yaml', CONFIG);
  first = await home.cli(['run', '--source', 'bars/*.csv', '--config', 'run.yaml', '--id', 'mended']);
}, 120_000);
afterAll(() => home.close(), 60_000);

const ledgerOf = async (symbol: string): Promise<CleanLedger> => {
  const { symbols } = await home.record('mended');
  return symbols.find((entry) => entry.symbol === symbol)!.ledger!;
};
const volumesOf = async (symbol: string) => (await home.marker('mended', symbol, 'clean')).outputs.bars?.sha256;
const reportText = (): string => readFileSync(`${home.home}/store/runs/mended/report.html`, 'utf8');

describe('a run with one broken symbol', () => {
  it('has the others done, exit code 3, and a table that names the failure', () => {
    expect(first.exitCode).toBe(3);
    expect(first.stdout).toMatch(/^mended: partial, 2 of 3 symbols done/m);
    expect(first.stdout).toMatch(/^FAILED BAD at ingest: InvalidSource: .*row 42: 'broken' is not a number/m);
  });

  it('has a policy and labels for a symbol of its own', async () => {
    const [keptFirst, keptLast] = [await ledgerOf('KEEPFIRST'), await ledgerOf('KEEPLAST')];
    for (const { barsIn, barsOut, entries } of [keptFirst, keptLast]) {
      expect({ barsIn, barsOut }).toEqual({ barsIn: 1505, barsOut: 1500 });
      expect(entries).toMatchObject([{ decision: 'duplicate', action: 'dropped', count: 5 }]);
    }
    expect(keptFirst.entries[0]?.firstRows[0]?.volume).toBe(7);
    expect(keptLast.entries[0]?.firstRows[0]?.volume).not.toBe(7);
    expect(await volumesOf('KEEPLAST')).not.toBe(await volumesOf('KEEPFIRST'));
    const { symbols } = await home.record('mended');
    const horizonsOf = (symbol: string) =>
      symbols.find((entry) => entry.symbol === symbol)!.labels.map(({ horizonBars }) => horizonBars);
    expect(horizonsOf('KEEPFIRST')).toEqual([8, 16]);
    expect(horizonsOf('KEEPLAST')).toEqual([12]);
  });

  it('is mended by retry, which computes that symbol alone and rewrites record and report', async () => {
    const before = await home.attempts('mended');
    const recordBefore = await home.record('mended');
    expect(reportText()).toContain('is not a number');
    home.write('bars/BAD.csv', barFile(2));
    const retried = await home.cli(['retry', 'mended']);
    expect(retried.stderr).toContain('run mended/retry-1 started: retry of BAD');
    expect({ exitCode: retried.exitCode, stdout: retried.stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^mended: done, 3 of 3 symbols done/m) as string,
    });
    const known = new Set(before.map(({ attemptId }) => attemptId));
    const fresh = (await home.attempts('mended')).filter(({ attemptId }) => !known.has(attemptId));
    expect(new Set(fresh.map(({ symbol }) => symbol))).toEqual(new Set(['BAD']));
    expect(countByStage(fresh)).toMatchObject({ ingest: 1, clean: 1, train: 6, bundle: 6 });
    const record = await home.record('mended');
    expect(record).toMatchObject({ runId: 'mended', status: 'done', asOf: recordBefore.asOf });
    expect(record.config).toEqual(recordBefore.config);
    const others = ({ symbols }: typeof record) => symbols.filter(({ symbol }) => symbol !== 'BAD');
    expect(others(record)).toEqual(others(recordBefore));
    expect(reportText()).not.toContain('is not a number');
    expect((await home.cli(['failures', 'mended'])).stdout).toMatch(
      /^mended: no failures\non the way:\nBAD {2}ingest {2}InvalidSource at [\d:]+ UTC: [\d.]+ s thrown away\n$/,
    );
  }, 120_000);

  it('has nothing to retry afterwards, and can still have a done symbol run again from the store', async () => {
    const nothing = await home.cli(['retry', 'mended']);
    expect(nothing).toMatchObject({ exitCode: 0, stdout: '' });
    expect(nothing.stderr).toContain('mended has no failed symbol: nothing to retry');
    const count = (await home.attempts('mended')).length;
    const again = await home.cli(['retry', 'mended/retry-1', 'KEEPLAST']);
    expect(again.exitCode).toBe(0);
    expect(again.stderr).toContain('run mended/retry-2 started: retry of KEEPLAST');
    expect(await home.attempts('mended')).toHaveLength(count);
  }, 120_000);

  it('refuses a run or a symbol that is not there', async () => {
    const noRun = await home.cli(['retry', 'nobody']);
    expect(noRun).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("there is no run 'nobody'") as string,
    });
    const noSymbol = await home.cli(['retry', 'mended', 'XYZ']);
    expect(noSymbol).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("mended has no symbol 'XYZ'; it has BAD, KEEPFIRST, KEEPLAST") as string,
    });
  }, 60_000);

  it('lists the run and its retries in status', async () => {
    const { stdout } = await home.cli(['status']);
    expect(stdout).toMatch(/^mended +run +completed/m);
    expect(stdout).toMatch(/^mended\/retry-1 +run +completed/m);
  }, 60_000);
});

describe('a run that is wrong as a whole', () => {
  it('fails with exit code 2 where a symbol is asked for that the source does not have', async () => {
    const { exitCode, stderr } = await home.cli([
      'run',
      ...['--source', 'bars/*.csv', '--config', 'run.yaml', '--symbols', 'BAD,NONE'],
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('NONE not in the source, which has BAD, KEEPFIRST, KEEPLAST');
  }, 60_000);
});
