import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Certificate } from '../../cli/drill/certificate';
import type { ScenarioName } from '../../cli/drill/scenarios';
import { createAuditLog } from '../../shared/store/audit-log';
import { openCliHome, type CliHome } from '../support/cli';

const ROOT = resolve(__dirname, '..', '..');
const TEST_LIMIT_MS = 400_000;

let home: CliHome;

beforeAll(async () => {
  home = await openCliHome();
}, 60_000);
afterAll(() => home.close(), 60_000);

describe('candlewick drill', () => {
  it(
    'survives a killed trainer and a cut checkpoint, says what it cost, and leaves its certificate and nothing else',
    async () => {
      const args = ['drill', '--only', 'kill-trainer,truncated-checkpoint', '--json', '--store', 'current'];
      const { exitCode, stdout, stderr } = await home.cli(args);
      const certificate = JSON.parse(stdout) as Certificate;
      expect(failedOf(certificate)).toEqual([]);
      expect({ exitCode, survived: certificate.survived }).toEqual({ exitCode: 0, survived: true });
      expect(certificate.scenarios.map(({ scenario }) => scenario)).toEqual(['kill-trainer', 'truncated-checkpoint']);
      for (const { observed, secondsToResume, lostUpdates } of certificate.scenarios) {
        expect(observed).toBe('TrainerCrashed');
        expect(secondsToResume).toBeGreaterThan(0);
        expect(lostUpdates).toBeGreaterThan(0);
      }
      expect(stderr).toMatch(/1 of 2: kill-trainer\n {2}survived \(SIGKILL to trainer \d+\)/);
      expect(stderr).toMatch(/the namespace candlewick-drill-\S+ was deleted/);

      const { objects } = home.store;
      const kept = await objects.list('drills/');
      expect(kept).toHaveLength(2);
      expect(JSON.parse(Buffer.from((await objects.get(kept[0]!))!).toString())).toEqual(certificate);
      expect(Buffer.from((await objects.get(kept[1]!))!).toString()).toMatch(/^# Drill drill-\S+: all survived/);
      const { entries } = await createAuditLog(objects).read({});
      expect(entries).toMatchObject([{ action: 'drilled', subject: certificate.drill, details: { survived: true } }]);

      expect(await objects.list('drill-work/')).toEqual([]);
      expect(await objects.list('stages/')).toEqual([]);
      expect(readdirSync(join(home.home, 'drill'))).toEqual([]);
    },
    TEST_LIMIT_MS,
  );

  it.each([
    [['--only', 'flood'], /there is no scenario 'flood'; known are kill-trainer, /],
    [['--limit', 'long'], /--limit long: expected whole seconds/],
  ])('refuses %j', async (flags, sentence) => {
    const { exitCode, stderr } = await home.cli(['drill', ...flags]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringMatching(sentence) as unknown });
  });
});

/** A handler taken out of the build: where it stands, what stands there, and what stands there without it. */
interface Mutation {
  readonly scenario: ScenarioName;
  readonly file: string;
  readonly from: RegExp;
  readonly to: string;
  /** The check that then fails. */
  readonly check: string;
}

const MUTATIONS: readonly Mutation[] = [
  {
    scenario: 'truncated-checkpoint',
    file: 'shared/store/checkpoint-line.js',
    // After a damaged checkpoint no older one is looked for.
    from: /(onWarning\(`checkpoint \$\{name\} of \$\{key\} is passed over: \$\{found\}`\);)/,
    to: '$1 return;',
    check: 'the one before is used',
  },
  {
    scenario: 'store-5xx',
    file: 'shared/names/errors.js',
    from: /(StoreUnavailable: \{[^}]*retryable: )true/,
    to: '$1false',
    check: 'run ended',
  },
  {
    scenario: 'nan',
    file: 'activities/support/ladder.js',
    from: /(case 'NumericalFailure':\s+return )lowerLearningRate\(place\)/,
    to: '$1null',
    check: 'rate halved',
  },
];

describe('a handler taken out of the build', () => {
  let copy: string;

  beforeAll(() => {
    copy = copyOfBuild();
    for (const mutation of MUTATIONS) mutate(copy, mutation);
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it(
    'makes the drill of its fault fail, and no other',
    async () => {
      const only = ['kill-trainer', ...MUTATIONS.map(({ scenario }) => scenario)].join(',');
      const main = join(copy, 'dist', 'cli', 'main.js');
      const { exitCode, stdout, stderr } = await home.cli(['drill', '--only', only, '--json'], {}, main);
      expect({ exitCode, stderr: exitCode === 1 ? '' : stderr }).toEqual({ exitCode: 1, stderr: '' });
      const certificate = JSON.parse(stdout) as Certificate;
      expect(certificate.survived).toBe(false);
      const failed = failedOf(certificate);
      for (const { scenario, check } of MUTATIONS) expect(failed).toContain(`${scenario}: ${check}`);
      expect(failed.filter((entry) => entry.startsWith('kill-trainer'))).toEqual([]);
    },
    TEST_LIMIT_MS,
  );
});

function failedOf({ scenarios }: Certificate): readonly string[] {
  return scenarios.flatMap(({ scenario, checks }) =>
    checks.filter(({ passed }) => !passed).map(({ name }) => `${scenario}: ${name}`),
  );
}

/** The build beside what it needs of the project, so that it runs as the project does. */
function copyOfBuild(): string {
  const folder = mkdtempSync(join(tmpdir(), 'candlewick-mutant-'));
  mkdirSync(folder, { recursive: true });
  cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(ROOT, name), join(folder, name));
  for (const name of ['node_modules']) symlinkSync(join(ROOT, name), join(folder, name));
  return folder;
}

function mutate(folder: string, { file, from, to }: Mutation): void {
  const path = join(folder, 'dist', file);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${file} has no ${String(from)}: the handler moved, and the mutant with it`);
  writeFileSync(path, after);
}
