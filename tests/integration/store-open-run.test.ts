import { readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { QUICK_RUN, barFile } from '../support/bar-files';
import { openCliHome, type CliHome } from '../support/cli';

const DAY_MS = 86_400_000;
const ALL = ['--keep-runs', '0', '--keep-days', '0', '--grace-hours', '2'];
/** Long enough to be paused in the midst of it, on any machine: the run waits at its next step for as long as it has to. */
const LONG_RUN = QUICK_RUN.replace('rounds: 10', 'rounds: 3000, earlyStoppingRounds: 3000');

let home: CliHome;

beforeAll(async () => {
  home = await openCliHome();
  for (const [i, symbol] of ['AAA', 'BBB'].entries()) home.write(`bars/${symbol}.csv`, barFile(i + 1));
  home.write('quick.yaml', QUICK_RUN);
  home.write('long.yaml', LONG_RUN);
}, 60_000);
afterAll(() => home.close(), 60_000);

const stagesOf = async (runId: string) =>
  (await home.record(runId)).symbols.flatMap(({ symbol, stages }) =>
    stages.map(({ stage, part, key, cacheHit }) => ({ symbol, stage, part, key, cacheHit })),
  );
const stands = async ({ stage, key }: { stage: string; key: string }) =>
  (await home.store.objects.size(`stages/${stage}/${key.slice(0, 2)}/${key}.json`)) !== null;

/** As if everything in the store had been written so long ago. */
function age(days: number): void {
  const at = new Date(Date.now() - days * DAY_MS);
  const root = home.store.objects.description;
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }))
    if (statSync(join(root, name)).isFile()) utimesSync(join(root, name), at, at);
}

it('a collection beside a paused run takes what nobody needs and nothing of what that run has found or made', async () => {
  const old = await home.cli(['run', '--source', 'bars/*.csv', '--config', 'quick.yaml', '--id', 'old']);
  expect(old).toMatchObject({ exitCode: 0 });
  age(40);
  const before = await stagesOf('old');

  // Finds bars, features and labels of AAA, forty days old, and trains other models on them.
  const running = home.start(['run', '--source', 'bars/AAA.csv', '--config', 'long.yaml', '--id', 'open']);
  while ((await home.attempts('open')).length === 0 && running.child.exitCode === null) await pause(50);
  expect((await home.cli(['pause', 'open'])).exitCode).toBe(0);
  const made = (await home.attempts('open')).filter(({ outcome }) => outcome === 'published');
  const { stdout, exitCode } = await home.cli(['store', 'gc', ...ALL, '--apply', '--json']);
  expect(exitCode).toBe(0);
  const collected = JSON.parse(stdout) as { openWorkflows: string[]; removedRuns: string[]; obstacles: string[] };
  expect(collected).toMatchObject({ removedRuns: ['old'], obstacles: [] });
  expect(collected.openWorkflows).toEqual(expect.arrayContaining(['open', 'open/AAA']));

  const shared = ['ingest', 'clean', 'features', 'labels', 'splits'];
  for (const stage of before) {
    const isFound = stage.symbol === 'AAA' && shared.includes(stage.stage);
    if (stage.symbol === 'BBB' || isFound)
      expect({ ...stage, there: await stands(stage) }).toEqual({ ...stage, there: isFound });
  }
  for (const { stage, key } of made)
    expect({ stage, there: await stands({ stage, key }) }).toEqual({ stage, there: true });
  expect(await home.cli(['store', 'verify', '--deep'])).toMatchObject({ exitCode: 0 });

  expect((await home.cli(['unpause', 'open'])).exitCode).toBe(0);
  expect((await running.result).exitCode).toBe(0);
  // Nothing had to be made a second time: neither what was found nor what had been published before the collection.
  const attempts = await home.attempts('open');
  const published = attempts
    .filter(({ outcome }) => outcome === 'published')
    .map(({ stage, key }) => `${stage} ${key}`);
  expect(new Set(published).size).toBe(published.length);
  expect(attempts.filter(({ stage }) => shared.includes(stage))).toEqual([]);
  expect(await home.cli(['store', 'verify', '--deep'])).toMatchObject({ exitCode: 0 });
}, 180_000);
