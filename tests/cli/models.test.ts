import { hostname } from 'node:os';
import { createJudgeActivities, createPromotionActivities } from '../../activities/promotion';
import { createActivityLogs } from '../../activities/support/activity-log';
import { gateSettingsSchema } from '../../shared/contracts/gate-settings';
import type { Assignment, AuditEntry, GateVerdict, ModelVersion } from '../../shared/contracts/registry';
import { createRedactor } from '../../shared/runtime/redact';
import { createActivityLogStore } from '../../shared/store/activity-logs';
import { createAuditLog } from '../../shared/store/audit-log';
import { changeAliases } from '../../shared/store/change-aliases';
import { createClaimModel } from '../../shared/store/claim-model';
import { createRegistry } from '../../shared/store/registry';
import { cardKey, versionKey } from '../../shared/store/registry-keys';
import type { Bench } from '../activities/bench';
import { STORE_ID, asActivity, createInProcessPool, openBench, realEngines } from '../activities/bench';
import type { CliHome, CliResult } from '../support/cli';
import { identifyStore } from '../../shared/store/store-identity';
import { openCliHome } from '../support/cli';
import { barFile } from '../support/bar-files';
import { trainedRun } from '../support/retrain-runs';

const MODEL = 'daily/GEN01-h8';

let home: CliHome;
let bench: Bench;

beforeAll(async () => {
  home = await openCliHome();
  await identifyStore(home.store.objects);
  bench = openBench(await realEngines(), home.store);
  for (const [i, bars] of [1_500, 1_560, 1_620].entries()) {
    const runId = `retrain-${String(i + 1)}`;
    await trainedRun(bench, runId, bars);
    await register(runId);
  }
}, 120_000);
afterAll(() => home.close());

const logs = () => createActivityLogs(createActivityLogStore(home.store.objects), createRedactor({}));

function register(runId: string): Promise<unknown> {
  const activities = createPromotionActivities({ store: home.store, storeId: STORE_ID, logs: logs() });
  return asActivity(() =>
    activities.registerModels({ runId, set: 'daily', asOfMs: Date.UTC(2026, 2, 2), storeId: STORE_ID }),
  );
}

/** Enters a refusal of a version beside the champion that stands. */
async function refuse(version: number, verdict: GateVerdict | null): Promise<void> {
  const { objects } = home.store;
  const registry = createRegistry(objects);
  const means = { registry, audit: createAuditLog(objects), claim: createClaimModel(home.store) };
  const champion = (await registry.current(MODEL))?.champion ?? null;
  const change = {
    model: MODEL,
    version,
    champion,
    action: 'refuse' as const,
    who: 'the test',
    why: 'stricter',
    verdict,
  };
  await changeAliases(means, { ...change, requestId: 'stricter', at: new Date().toISOString() });
}

/** A version that forecasts the class shares and nothing else: it has no skill, so no gate lets it pass beside one that has. */
async function registerBaseline(): Promise<number> {
  const registry = createRegistry(home.store.objects);
  const latest = await registry.version(MODEL, 3);
  const { symbols } = await home.record('retrain-3');
  const bundle = symbols[0]?.models.find(({ family }) => family === 'majority')?.bundle;
  if (bundle === null || bundle === undefined) throw new Error('the run has no baseline');
  return (await registry.register({ ...latest, family: 'majority', bundle, runId: 'by-hand' })).version;
}

const cli = (...args: string[]): Promise<CliResult> => home.cli(args);
const current = (): Promise<Assignment | null> => createRegistry(home.store.objects).current(MODEL);

async function audit(): Promise<readonly AuditEntry[]> {
  const { stdout } = await cli('audit', '--json');
  return (JSON.parse(stdout) as { readonly entries: readonly AuditEntry[] }).entries;
}

/** In the order in which a model lives: each test goes on from the one before. No server is started by any of them. */
describe('the commands around the registry', () => {
  it('make the first version the champion, with who and why in the log', async () => {
    const { exitCode, stdout } = await cli('models', 'promote', `${MODEL}@1`, '--why', 'the first of its name');
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `${MODEL}: champion 1, challenger 3, previous none\n`,
    });
    const entry = (await audit()).at(-1);
    expect(entry).toMatchObject({ action: 'promoted', subject: MODEL, why: 'the first of its name' });
    expect(entry?.who).toContain(`@${hostname()}`);
  });

  it('list models with their aliases, for people and for programs', async () => {
    const { stdout } = await cli('models', 'list');
    expect(stdout).toMatch(new RegExp(`${MODEL} +1 +3 +- +3 `));
    const json = JSON.parse((await cli('models', 'list', '--json')).stdout) as unknown;
    expect(json).toMatchObject({
      models: [{ model: MODEL, aliases: { champion: 1, challenger: 3, previous: null }, versions: 3 }],
      damaged: [],
    });
  });

  it('show the card of an alias and of a number, and refuse what is not there', async () => {
    const card = (await cli('models', 'show', `${MODEL}@champion`)).stdout;
    for (const heading of ['Data', 'Configuration', 'Metrics', 'Calibration', 'Promotion gate', 'Limits', 'Lineage'])
      expect(card).toContain(`## ${heading}`);
    expect(card).toContain(`# ${MODEL} version 1`);
    expect(card).toContain('`splits.minPartRows`: 20');
    expect(card).not.toMatch(/NaN|undefined/);
    expect((await cli('models', 'show', `${MODEL}@2`)).stdout).toContain('- Now: no alias stands for it.');
    const shown = JSON.parse((await cli('models', 'show', `${MODEL}@2`, '--json')).stdout) as { version: ModelVersion };
    expect(shown.version.version).toBe(2);
    expect(await cli('models', 'show', `${MODEL}@7`)).toMatchObject({ exitCode: 2 });
    expect((await cli('models', 'show', 'daily/NONE-h8')).stderr).toContain(`it has ${MODEL}`);
  });

  it('ask the gate before they promote, and print what it says', async () => {
    const asked = await cli('models', 'promote', `${MODEL}@2`, '--why', 'it is newer', '--who', 'ada');
    expect(asked.exitCode).toBe(0);
    expect(asked.stderr).toMatch(/passed skill-ratio: skill against the base rate/);
    const now = await current();
    expect(now).toMatchObject({ champion: 2, previous: 1, action: 'promote', who: 'ada', verdict: { passed: true } });
    expect(now?.verdict?.evidence?.kind).toBe('gate-evidence');
  });

  it('leave out what the gate refuses, enter that too, and are overruled by name only', async () => {
    const version = await registerBaseline();
    const asked = await cli('models', 'promote', `${MODEL}@${String(version)}`, '--why', 'try it', '--who', 'ada');
    expect(asked.exitCode).toBe(1);
    expect(asked.stderr).toContain('FAILED skill-ratio');
    expect(asked.stderr).toContain('--despite-gate overrules it');
    expect(await current()).toMatchObject({ champion: 2, action: 'refuse', version, verdict: { passed: false } });
    expect((await audit()).at(-1)).toMatchObject({ action: 'refused', who: 'ada', why: 'try it' });
    const overruled = await cli(
      'models',
      'promote',
      `${MODEL}@${String(version)}`,
      '--why',
      'I know',
      '--despite-gate',
    );
    expect(overruled.exitCode).toBe(0);
    // The verdict of the first time is taken from the registry.
    expect(overruled.stderr).not.toContain('comparing version');
    expect(await current()).toMatchObject({ champion: version, previous: 2 });
    expect((await audit()).at(-1)).toMatchObject({ action: 'promoted', details: { despiteGate: true } });
    const back = await cli('models', 'rollback', MODEL, '--why', 'I did not know', '--who', 'ada');
    expect(back.stdout).toBe(`${MODEL}: champion 2, challenger 3, previous 1\n`);
  });

  it('predict with the champion as with its bundle', async () => {
    const path = home.write('GEN01.csv', barFile(3, 400));
    const champion = await createRegistry(home.store.objects).version(MODEL, 2);
    const byAlias = await cli('predict', '--model', `${MODEL}@champion`, '--source', path, '--symbol', 'GEN01');
    const byHash = await cli('predict', '--model', champion.bundle.sha256, '--source', path, '--symbol', 'GEN01');
    expect(byAlias).toMatchObject({ exitCode: 0, stderr: '' });
    expect(byAlias.stdout).toBe(byHash.stdout);
    expect(byAlias.stdout.split('\n').length).toBeGreaterThan(300);
    expect(await cli('predict', '--model', `${MODEL}@9`, '--source', path)).toMatchObject({ exitCode: 2 });
  });

  it('roll back to the previous champion, and no further than there is one', async () => {
    const back = await cli('models', 'rollback', MODEL, '--why', 'it lost money', '--who', 'ada');
    expect(back).toMatchObject({ exitCode: 0, stdout: `${MODEL}: champion 1, challenger 3, previous none\n` });
    const again = await cli('models', 'rollback', MODEL, '--why', 'once more');
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain('has no previous champion to roll back to');
    expect((await audit()).at(-1)).toMatchObject({ action: 'rolled-back', who: 'ada', why: 'it lost money' });
    const card = Buffer.from((await home.store.objects.get(cardKey(MODEL, 1))) ?? []).toString();
    expect(card).toContain('rollback by ada: it lost money');
  });

  it('need a reason, a version that is not the champion, and a model', async () => {
    expect((await cli('models', 'promote', `${MODEL}@2`)).exitCode).toBe(2);
    expect((await cli('models', 'promote', `${MODEL}@2`, '--why', '  ')).stderr).toContain('--why is empty');
    expect((await cli('models', 'promote', MODEL, '--why', 'x')).stderr).toContain('names no version');
    expect((await cli('models', 'promote', `${MODEL}@1`, '--why', 'x')).stderr).toContain('is the champion');
    expect((await cli('models', 'rollback', 'daily/NONE-h8', '--why', 'x')).exitCode).toBe(2);
  });

  it('tell the log by time, and refuse a time that is none', async () => {
    expect(JSON.parse((await cli('audit', '--json', '--since', '1d')).stdout)).toMatchObject({ damaged: [] });
    expect((await cli('audit', '--since', '2100-01-01')).stdout).toBe('nothing is entered\n');
    expect(await cli('audit', '--since', 'yesterday')).toMatchObject({ exitCode: 2 });
    const table = (await cli('audit')).stdout;
    expect(table).toContain('rolled-back');
    expect(table.split('\n')[0]).toMatch(/^when +who +did +to +why$/);
  });

  it('judge by the limits of the set that the version was registered under', async () => {
    const registry = createRegistry(home.store.objects);
    const gate = gateSettingsSchema.parse({ minRows: 100_000 });
    const second = await registry.version(MODEL, 2);
    const { version } = await registry.register({
      ...second,
      runId: 'retrain-2',
      bundle: (await registry.version(MODEL, 3)).bundle,
      gate,
    });
    const asked = await cli('models', 'promote', `${MODEL}@${String(version)}`, '--why', 'try it');
    expect(asked.stderr).toContain('FAILED enough-rows');
    expect(asked.exitCode).toBe(1);
    expect((await current())?.verdict?.gate).toEqual(gate);
  });

  it('take no verdict that was made by other limits', async () => {
    const now = await current();
    const verdict = now?.verdict ?? null;
    expect(verdict).toMatchObject({ passed: false });
    await refuse(2, verdict);
    const asked = await cli('models', 'promote', `${MODEL}@2`, '--why', 'it is good enough');
    expect(asked).toMatchObject({ exitCode: 0 });
    // An older verdict by the limits of the set stands in the registry.
    expect(asked.stderr).not.toContain('comparing version');
    expect((await current())?.verdict).toMatchObject({ passed: true, gate: gateSettingsSchema.parse({}) });
  });

  it('take what a worker judged of the same two by the same limits', async () => {
    const judging = createJudgeActivities({
      context: bench.context,
      pool: createInProcessPool(bench.context),
      logs: logs(),
    });
    const judged = await asActivity(() =>
      judging.judgeModel({ model: MODEL, version: 3, champion: 2, gate: {}, storeId: STORE_ID }),
    );
    const asked = await cli('models', 'promote', `${MODEL}@3`, '--why', 'as the worker says', '--despite-gate');
    expect(asked).toMatchObject({ exitCode: 0 });
    expect(asked.stderr).not.toContain('comparing version');
    expect((await current())?.verdict).toEqual(judged);
  });

  it('name a damaged version and go on with the rest', async () => {
    await home.store.objects.put(versionKey(MODEL, 2), Buffer.from('{"half'), { ifAbsent: false });
    const { exitCode, stdout, stderr } = await cli('models', 'list');
    expect(exitCode).toBe(1);
    expect(stdout).toContain(MODEL);
    expect(stderr).toContain(versionKey(MODEL, 2));
    expect((await cli('models', 'show', `${MODEL}@2`)).stderr).toContain('is damaged');
  });
});
