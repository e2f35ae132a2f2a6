import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { QUEUES } from '../../shared/names/queues';
import { QUICK_RUN } from '../support/bar-files';
import type { CliHome, CliResult } from '../support/cli';
import { countByStage, openCliHome } from '../support/cli';
import { scheduledActivities } from '../support/history-events';
import { hangUp, reset, stall, status, TIMEFRAME_MS, vendorBars, VendorServer } from '../support/vendor-server';

const SECRET = 'k3y-that-must-never-be-seen';
const RETRY_AFTER_SECONDS = 4;

let home: CliHome;
let vendor: VendorServer;

function configOf(origin: string): string {
  return `${QUICK_RUN}
source:
  kind: http
  vendor: Acme
  list: { url: '${origin}/symbols', format: json, path: [tickers], field: ticker }
  bars:
    url: '${origin}/cursor/{symbol}?limit=400'
    format: json
    path: [bars, '{symbol}']
    paging: { kind: cursor, parameter: page_token, next: [next_page_token] }
  key: { secret: vendor-key, in: query, name: apiKey }
  requestsPerSecond: 100
  limits: { stallSeconds: 1 }
`;
}

function run(id: string, ...args: string[]): Promise<CliResult> {
  return home.cli(['run', '--config', 'run.yaml', '--id', id, ...args], { CANDLEWICK_SECRET_VENDOR_KEY: SECRET });
}

const computedBy = async (id: string, symbol: string) =>
  countByStage((await home.attempts(id)).filter((attempt) => attempt.symbol === symbol));

const recordOf = async (id: string, symbol: string) =>
  (await home.record(id)).symbols.find((record) => record.symbol === symbol);

async function historyOf(workflowId: string) {
  const { address } = JSON.parse(readFileSync(join(home.home, 'server.json'), 'utf8')) as { address: string };
  const connection = await Connection.connect({ address });
  try {
    return await new Client({ connection }).workflow.getHandle(workflowId).fetchHistory();
  } finally {
    await connection.close();
  }
}

beforeAll(async () => {
  home = await openCliHome();
  vendor = await VendorServer.start();
  vendor.key = SECRET;
  for (const [index, symbol] of ['AAA', 'BBB', 'CCC'].entries()) vendor.bars.set(symbol, vendorBars(1_500, index + 1));
  home.write('run.yaml', configOf(vendor.origin));
}, 120_000);
afterAll(async () => {
  await vendor.close();
  await home.close();
}, 60_000);

describe('a run on a nasty vendor', () => {
  beforeAll(async () => {
    vendor.misbehave('AAA', status(429, 'slow down', { 'retry-after': String(RETRY_AFTER_SECONDS) }));
    vendor.misbehave('BBB', hangUp, stall, reset, status(500, `your key ${SECRET}`));
    vendor.misbehave('CCC', status(404, 'delisted'));
    const result = await run('first');
    if (result.exitCode !== 3) throw new Error(result.stderr + result.stdout);
  }, 300_000);

  it('ends right: every symbol done but the one that the vendor does not have', async () => {
    expect(await recordOf('first', 'AAA')).toMatchObject({ status: 'done', bars: 1_500 });
    expect(await recordOf('first', 'BBB')).toMatchObject({ status: 'done', bars: 1_500 });
    expect(await recordOf('first', 'CCC')).toMatchObject({
      status: 'failed',
      failure: { code: 'SourceNotFound', stage: 'ingest' },
    });
  });

  it('fetches on the vendors’ queue, and waits as long as the vendor said', async () => {
    const history = await historyOf('first/AAA');
    expect(scheduledActivities(history)[0]).toMatchObject({ type: 'ingest', queue: QUEUES.vendor });
    const started = (history.events ?? []).map((event) => event.activityTaskStartedEventAttributes).find(Boolean);
    expect(started?.lastFailure?.applicationFailureInfo).toMatchObject({ type: 'VendorRateLimited' });
    const delaySeconds = Number(started?.lastFailure?.applicationFailureInfo?.nextRetryDelay?.seconds ?? 0);
    expect(delaySeconds).toBe(RETRY_AFTER_SECONDS);
    const [refused, next] = vendor.of('AAA');
    expect((next?.atMs ?? 0) - (refused?.atMs ?? Infinity)).toBeGreaterThanOrEqual(RETRY_AFTER_SECONDS * 1000);
  });

  it('gives the same models as the same vendor without faults', async () => {
    await run('again', '--symbols', 'AAA,BBB');
    expect(await home.attempts('again')).toEqual([]);
    expect((await recordOf('again', 'BBB'))?.models).toEqual((await recordOf('first', 'BBB'))?.models);
  }, 120_000);

  it('asks conditionally the next time', () => {
    const again = vendor.of('BBB').slice(-4);
    expect(again.map(({ status: code }) => code)).toEqual([304, 304, 304, 304]);
  });
});

describe('a vendor that tells known bars otherwise', () => {
  it('is reported as a revision, and only what depends on it is computed anew', async () => {
    const bars = vendor.bars.get('AAA') ?? [];
    vendor.bars.set(
      'AAA',
      bars.map((bar, index) => (index === 700 ? { ...bar, volume: bar.volume + 1 } : bar)),
    );
    const { exitCode } = await run('revised', '--symbols', 'AAA,BBB');
    expect(exitCode).toBe(0);
    expect(await computedBy('revised', 'BBB')).toEqual({});
    expect(await computedBy('revised', 'AAA')).toMatchObject({ ingest: 1, clean: 1, features: 1 });
    const timeMs = (bars[700]?.openMs ?? 0) + TIMEFRAME_MS;
    expect((await recordOf('revised', 'AAA'))?.revision).toMatchObject({
      changed: 1,
      removed: 0,
      addedInPast: 0,
      rows: [{ timeMs, kind: 'changed', field: 'volume', before: bars[700]?.volume }],
    });
    expect((await recordOf('revised', 'BBB'))?.revision).toBeUndefined();
  }, 120_000);

  it('shows the revision in the report and in status', async () => {
    const report = Buffer.from((await home.store.objects.get('runs/revised/report.html')) ?? []).toString();
    expect(report).toContain('Bars that the vendor revised');
    const { stdout } = await home.cli(['status', 'revised']);
    expect(stdout).toMatch(/AAA: bars revised by the vendor since .*: 1 changed, the first at /);
  }, 60_000);

  it('tells of it once', async () => {
    await run('after', '--symbols', 'AAA');
    expect(await home.attempts('after')).toEqual([]);
    expect((await recordOf('after', 'AAA'))?.revision).toBeUndefined();
  }, 120_000);

  it('is no revision where bars only follow', async () => {
    vendor.bars.set('BBB', vendorBars(1_520, 2));
    await run('appended', '--symbols', 'BBB', '--until', 'clean');
    expect(await recordOf('appended', 'BBB')).toMatchObject({ bars: 1_520 });
    expect((await recordOf('appended', 'BBB'))?.revision).toBeUndefined();
  }, 120_000);
});

it('a run as of an instant that the snapshot reaches asks nobody', async () => {
  const asked = vendor.of('AAA').length;
  const asOf = new Date((vendor.bars.get('AAA')?.[1_200]?.openMs ?? 0) + TIMEFRAME_MS).toISOString();
  const { exitCode } = await run('backfill', '--symbols', 'AAA', '--as-of', asOf, '--until', 'clean');
  expect(exitCode).toBe(0);
  expect(await recordOf('backfill', 'AAA')).toMatchObject({ bars: 1_201 });
  expect(vendor.of('AAA')).toHaveLength(asked);
}, 120_000);

it('a key that is refused fails the symbol at once, with the name of the secret', async () => {
  vendor.key = 'another';
  const { exitCode } = await run('refused', '--symbols', 'AAA', '--set', 'source.symbols=[AAA]');
  vendor.key = SECRET;
  expect(exitCode).toBe(1);
  const failure = (await recordOf('refused', 'AAA'))?.failure;
  expect(failure).toMatchObject({ code: 'VendorAccessDenied' });
  expect(failure?.message).toContain("the secret 'vendor-key'");
}, 120_000);

it('the key is in no file of the state folder, histories included', () => {
  const files = readdirSync(home.home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['server.json', 'report.html']));
  const found = files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => readFileSync(path).includes(SECRET));
  expect(found).toEqual([]);
});
