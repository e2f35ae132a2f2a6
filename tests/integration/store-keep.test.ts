import { readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { QUICK_RUN, barFile } from '../support/bar-files';
import { openCliHome, type CliHome } from '../support/cli';

const DAY_MS = 86_400_000;
const ALL = ['--keep-runs', '0', '--keep-days', '0'];

let home: CliHome;
let storeRoot: string;

beforeAll(async () => {
  home = await openCliHome();
  storeRoot = home.store.objects.description;
  home.write('bars/AAA.csv', barFile(1));
  home.write('run.yaml', QUICK_RUN);
  await runDone('first');
}, 120_000);
afterAll(() => home.close(), 60_000);

async function runDone(id: string): Promise<void> {
  const { exitCode, stderr } = await home.cli(['run', '--source', 'bars/AAA.csv', '--config', 'run.yaml', '--id', id]);
  if (exitCode !== 0) throw new Error(stderr);
}

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());

/** As if nothing had been written or used for so long. */
function age(days: number): void {
  const at = new Date(Date.now() - days * DAY_MS);
  for (const path of filesBelow(storeRoot)) utimesSync(path, at, at);
}

const bundlesOf = async (runId: string) =>
  (await home.record(runId)).symbols.flatMap(({ models }) => models.map(({ bundle }) => bundle));

describe('the store, by the command', () => {
  it('is listed by kind, one kind, and one run', async () => {
    const { stdout, exitCode } = await home.cli(['store', 'ls', '--json']);
    expect(exitCode).toBe(0);
    const { kinds } = JSON.parse(stdout) as { kinds: { kind: string; objects: number; bytes: number }[] };
    const bundles = kinds.find(({ kind }) => kind === 'bundle');
    expect(bundles?.objects).toBe(new Set((await bundlesOf('first')).map((ref) => ref?.sha256)).size);
    expect(kinds.find(({ kind }) => kind === 'stage-marker')?.objects).toBe(5 + 4 * 6);
    const table = await home.cli(['store', 'ls', '--run', 'first']);
    expect(table.stdout).toMatch(/^run-record +1 /m);
    const one = await home.cli(['store', 'ls', '--kind', 'bundle']);
    expect(one.stdout).toContain((await bundlesOf('first'))[0]!.uri);
    const none = await home.cli(['store', 'ls', '--kind', 'bundles']);
    expect(none).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("there is nothing of kind 'bundles'") as string,
    });
  }, 60_000);

  it('tells what a symbol was made of, and what was made of its bars', async () => {
    const up = await home.cli(['lineage', 'first/AAA']);
    expect(up.exitCode).toBe(0);
    expect(up.stdout).toMatch(/^bundle [0-9a-f]{16} {2}bundle [0-9a-f]{16} {2}AAA$/m);
    const { outputs } = await home.marker('first', 'AAA', 'ingest');
    const [bars] = Object.values(outputs);
    const down = await home.cli(['lineage', bars!.sha256, '--descendants', '--json']);
    const { stages } = JSON.parse(down.stdout) as { stages: { stage: string; outputs: { sha256: string }[] }[] };
    const made = stages
      .filter(({ stage }) => stage === 'bundle')
      .flatMap((stage) => stage.outputs.map((ref) => ref.sha256));
    expect(new Set(made)).toEqual(new Set((await bundlesOf('first')).map((ref) => ref?.sha256)));
  }, 60_000);

  it('is verified; a flipped byte is named with what depends on it, and mended by the next run', async () => {
    const sound = await home.cli(['store', 'verify', '--deep']);
    expect(sound).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('nothing is damaged') as string });
    const before = await bundlesOf('first');
    const { parts } = await home.marker('first', 'AAA', 'bundle', 'lightgbm-h8');
    const path = join(storeRoot, parts[0]!.uri);
    const bytes = readFileSync(path);
    bytes[10]! ^= 4;
    writeFileSync(path, bytes);

    const { exitCode, stdout } = await home.cli(['store', 'verify']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`damaged: ${parts[0]!.uri}`);
    expect(stdout).toMatch(/symbols: first\/AAA$/m);
    expect(stdout).toMatch(/what to do: run the same configuration again/);
    const json = await home.cli(['store', 'verify', '--run', 'first', '--json']);
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      damaged: [{ key: parts[0]!.uri, dependents: { runs: ['first'] } }],
    });

    await runDone('mended');
    expect((await home.cli(['store', 'verify'])).exitCode).toBe(0);
    expect(await bundlesOf('mended')).toEqual(before);
  }, 120_000);

  it('is not collected before its time', async () => {
    const { stdout, exitCode } = await home.cli(['store', 'gc', ...ALL]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('would remove 0 objects');
    expect(stdout).toContain('nothing was removed: give --apply to do it');
    for (const [flags, message] of [
      [['--grace-hours', '1'], /at least 2/],
      [['--keep-runs', 'many'], /--keep-runs is 'many'/],
      [['--keep-runs', '1.5'], /whole number/],
      [['--keep-days', '-1'], /--keep-days/],
      [['--no-server-check', ' '], /needs a reason/],
    ] as const) {
      expect(await home.cli(['store', 'gc', ...flags])).toMatchObject({
        exitCode: 2,
        stderr: expect.stringMatching(message) as string,
      });
    }
  }, 60_000);

  /** SHA-256 of the daily returns of every trial in the ledgers, ascending. */
  function returnsOfTrials(): readonly string[] {
    const entries = filesBelow(join(storeRoot, 'studies')).filter((path) => /[/][0-9]+[.]json$/.test(path));
    const named = entries.flatMap((path) => {
      const { trial } = JSON.parse(readFileSync(path, 'utf8')) as { trial?: { returns: { sha256: string } } };
      return trial === undefined ? [] : [trial.returns.sha256];
    });
    expect(named.length).toBeGreaterThan(0);
    return [...new Set(named)].sort();
  }

  it('is collected when old, after a dry run, and computed again to the same hashes', async () => {
    const before = await bundlesOf('first');
    age(40);
    const dry = JSON.parse((await home.cli(['store', 'gc', ...ALL, '--json'])).stdout) as {
      removed: { artifacts: { objects: number } };
    };
    expect(dry.removed.artifacts.objects).toBeGreaterThan(30);
    const kept = await home.cli(['store', 'gc', '--apply']);
    expect(kept).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/files of runs +0 /) as string });
    const applied = await home.cli(['store', 'gc', ...ALL, '--apply']);
    expect(applied).toMatchObject({ exitCode: 0, stderr: '' });
    // What was ever tried is never forgotten: the daily returns that the ledgers of trials name are all that stays.
    expect(filesBelow(join(storeRoot, 'blobs')).map((path) => basename(path))).toEqual(returnsOfTrials());
    expect(filesBelow(join(storeRoot, 'stages'))).toEqual([]);
    expect((await home.cli(['store', 'verify'])).exitCode).toBe(0);
    const [entry] = filesBelow(join(storeRoot, 'audit')).map((path) => readFileSync(path, 'utf8'));
    expect(JSON.parse(entry!)).toMatchObject({ action: 'store-collected', why: 'retention' });

    await runDone('again');
    expect(await bundlesOf('again')).toEqual(before);
  }, 120_000);

  it('asks the server for open runs, and applies nothing where none answers', async () => {
    const running = home.start([
      'run',
      '--source',
      'bars/AAA.csv',
      '--config',
      'run.yaml',
      '--id',
      'open',
      '--seed',
      '5',
    ]);
    while ((await home.attempts('open')).length === 0 && running.child.exitCode === null) await pause(50);
    running.child.kill('SIGINT');
    expect((await running.result).exitCode).toBe(130);
    const { stdout } = await home.cli(['store', 'gc', ...ALL, '--json']);
    expect((JSON.parse(stdout) as { openWorkflows: string[] }).openWorkflows).toEqual(
      expect.arrayContaining(['open', 'open/AAA']),
    );
    await home.cli(['stop']);
    const refused = await home.cli(['store', 'gc', ...ALL, '--apply']);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--no-server-check') as string });
    expect((await home.cli(['store', 'gc', ...ALL])).stderr).toContain('--apply would be refused');
    const told = await home.cli(['store', 'gc', '--apply', '--no-server-check', 'the cluster is switched off']);
    expect(told.exitCode).toBe(0);
    const entries = filesBelow(join(storeRoot, 'audit')).map((path) => readFileSync(path, 'utf8'));
    expect(entries.some((entry) => entry.includes('the cluster is switched off'))).toBe(true);
  }, 120_000);
});
