import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createS3ObjectStore } from '../../shared/store/s3/s3-object-store';
import { QUICK_RUN, barFile } from '../support/bar-files';
import { countByStage, openCliHome, type CliHome, type CliResult } from '../support/cli';
import { startFaultyS3Proxy, type FaultyS3Proxy } from '../support/faulty-s3-proxy';
import {
  S3_ACCESS_KEY,
  S3_BUCKET,
  S3_SECRET_KEY,
  s3Environment,
  s3Location,
  startS3Server,
  type S3Server,
} from '../support/s3-server';

const STORE = `s3://${S3_BUCKET}/desk/fx`;
const RUN_ID = 'bucket';

let server: S3Server;
let proxy: FaultyS3Proxy;
let home: CliHome;
let first: CliResult;

interface ResultDocument {
  readonly status: string;
  readonly report: string;
  readonly store: string;
  readonly cacheHits: number;
  readonly symbols: readonly { readonly models: readonly { readonly bundle: string }[] }[];
}
const documentOf = ({ stdout }: CliResult): ResultDocument => JSON.parse(stdout) as ResultDocument;

// One in a hundred requests is answered with 503, half of them after the deed.
beforeAll(async () => {
  server = await startS3Server();
  proxy = await startFaultyS3Proxy(server.endpoint, { shares: { refuse: 0.005, refuseAfter: 0.005 }, seed: 11 });
  home = await openCliHome({
    objects: createS3ObjectStore(s3Location(server.endpoint, 'desk/fx')),
    env: { ...s3Environment(proxy.endpoint), CANDLEWICK_STORE: STORE },
  });
  home.write('bars/ONE.csv', barFile(1));
  home.write('bars/TWO.csv', barFile(2));
  home.write('run.yaml', QUICK_RUN);
  first = await home.cli(['run', '--source', 'bars/*.csv', '--config', 'run.yaml', '--id', RUN_ID, '--json']);
}, 180_000);
afterAll(async () => {
  await home.close();
  await proxy.close();
  await server.close();
}, 60_000);

describe('a run on a store in a bucket', () => {
  it('ends well, and says where its report and store are', () => {
    expect({ exitCode: first.exitCode, stderr: first.exitCode === 0 ? '' : first.stderr }).toEqual({
      exitCode: 0,
      stderr: '',
    });
    expect(documentOf(first)).toMatchObject({
      status: 'done',
      store: STORE,
      report: `${STORE}/runs/${RUN_ID}/report.html`,
    });
    const report = readFileSync(join(server.folder, 'desk/fx/runs', RUN_ID, 'report.html'), 'utf8');
    expect(report).toContain('ONE');
    expect(report).toContain('TWO');
  });

  it('computed each stage once, keeps nothing on this machine, and leaves nothing half-written', async () => {
    const attempts = await home.attempts(RUN_ID);
    expect(attempts.every(({ outcome }) => outcome === 'published')).toBe(true);
    expect(countByStage(attempts)).toMatchObject({ ingest: 2, clean: 2, features: 2 });
    expect(() => readFileSync(join(home.home, 'store', 'store.json'))).toThrow(/ENOENT/);
    expect(await home.store.objects.leftovers!.list()).toEqual([]);
  });

  it('asks the store a stated number of times for each computation', async () => {
    const seen = proxy.seen().length;
    const computations = (await home.attempts(RUN_ID)).length;
    expect(seen / computations).toBeLessThan(40);
  });

  it('is found again from the cache by a second run', async () => {
    const again = await home.cli(['run', '--source', 'bars/*.csv', '--config', 'run.yaml', '--id', 'again', '--json']);
    expect(again.exitCode).toBe(0);
    expect(documentOf(again)).toMatchObject({ status: 'done' });
    expect(documentOf(again).cacheHits).toBeGreaterThan(0);
    expect(await home.attempts('again')).toEqual([]);
  }, 120_000);

  it('predicts, tells lineage, report and status from the bucket', async () => {
    const bundle = documentOf(first).symbols[0]!.models[0]!.bundle;
    const predicted = await home.cli(['predict', '--model', bundle, '--source', 'bars/ONE.csv']);
    expect(predicted.stderr).toBe('');
    expect(predicted.stdout.split('\n').length).toBeGreaterThan(1_500);
    const lineage = await home.cli(['lineage', bundle]);
    expect(lineage.stdout).toContain('source');
    const report = await home.cli(['report', RUN_ID]);
    expect(report.stdout.trim()).toBe(`${STORE}/runs/${RUN_ID}/report.html`);
    const status = await home.cli(['status']);
    expect(status.stdout).toContain(RUN_ID);
  }, 120_000);

  it('tells a credential to nobody: no output, log or object holds one', () => {
    const told = `${first.stdout}${first.stderr}`;
    for (const secret of [S3_ACCESS_KEY, S3_SECRET_KEY]) expect(told).not.toContain(secret);
  });

  it.each([
    ['no bucket', { CANDLEWICK_STORE: 's3://no-such-bucket/x' }, /there is no such bucket/],
    ['no rights', { AWS_SECRET_ACCESS_KEY: 'wrong' }, /the credentials were not accepted: SignatureDoesNotMatch/],
    ['no answer', { CANDLEWICK_S3_ENDPOINT: 'http://127.0.0.1:9' }, /failed 3 times; the last time: ECONNREFUSED/],
  ])('is refused at once where there is %s', async (_what, env, sentence) => {
    const refused = await home.cli(['run', '--source', 'bars/*.csv', '--config', 'run.yaml'], env);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/the store s3:\/\/\S+ at http:\/\/127.0.0.1:\d+ cannot be used: s3:PutObject on /);
    expect(refused.stderr).toMatch(sentence);
  });
});
