import { createServer, type AddressInfo } from 'node:net';
import { barFile } from '../support/bar-files';
import { openCliHome, type CliHome } from '../support/cli';

let home: CliHome;

beforeAll(async () => {
  home = await openCliHome();
  home.write('bars/GOOD.csv', barFile(1, 50));
  home.write('not-yaml.yaml', 'labels: [1, 2');
  home.write('list.yaml', '- 1\n- 2\n');
  home.write('text.yaml', 'standard\n');
  home.write('faults.yaml', 'seed: -1\nlabels: { atrPeriod: 0.5 }\nmodell: {}\n');
  home.write('plain-file', '');
  // Nine lines that unfold to a billion words, and a file beyond the limit that is otherwise right.
  const lines = Array.from({ length: 9 }, (_, index) => {
    const inner = index === 0 ? '"lol"' : `*a${String(index - 1)}`;
    return `a${String(index)}: &a${String(index)} [${Array.from({ length: 10 }, () => inner).join(', ')}]`;
  });
  home.write('bomb.yaml', `${lines.join('\n')}\n`);
  home.write('large.yaml', `seed: 1\n${'# padding\n'.repeat(110_000)}`);
  home.write('bars/notes.doc', 'hello');
});
afterAll(() => home.close());

/** What is typed, the variables that are set, and what standard error must say. */
const CASES: readonly (readonly [what: string, args: string, says: RegExp, env?: Record<string, string>])[] = [
  ['an unknown key', 'run --set lables.atrPeriod=3', /^ {2}lables: unknown key; did you mean 'labels'\?$/m],
  ['an unknown key deep down', 'run --set models.lightgbm.leaves=3', /models\.lightgbm\.leaves: unknown key/],
  ['a purge below the longest label', 'run --set splits.purgeBars=10', /splits\.purgeBars: 10 is below .* 60 bars/],
  [
    'more test groups than groups',
    'run --set splits.scheme=cpcv --set splits.groups.testGroups=6',
    /splits\.groups\.testGroups: 6 of 6 groups cannot be tested at once: .* give at most 5/,
  ],
  [
    'every fault of a file at once',
    'run --config faults.yaml',
    /labels\.atrPeriod: .*\n {2}seed: .*\n {2}modell: unknown key; did you mean 'models'\?$/m,
  ],
  ['an impossible value', 'run --set execution.successQuorum=2', /execution\.successQuorum: /],
  ['a glob without files', 'run --source nowhere/*.csv', /'.*nowhere\/\*\.csv' names no file/],
  ['a folder as source', 'run --source bars', /'.*bars' is a folder; name its files/],
  ['a file of another kind', 'run --source bars/notes.doc', /notes\.doc: the name says neither CSV, TSV nor Parquet/],
  [
    'two files of one symbol',
    'run --source bars/GOOD.csv ./bars/../bars/GOOD.csv other/*',
    /'.*other\/\*' names no file/,
  ],
  ['a config that is not YAML', 'run --config not-yaml.yaml', /not-yaml\.yaml is not YAML or JSON: /],
  ['a config whose aliases unfold without end', 'run --config bomb.yaml', /bomb\.yaml.*(?:alias|is not YAML)/i],
  ['a config beyond the limit', 'run --config large.yaml', /large\.yaml.*1100008 bytes, more than 1048576/],
  ['a config that is a list', 'run --config list.yaml', /list\.yaml holds a list; expected settings/],
  ['a config that is a word', 'run --config text.yaml', /text\.yaml holds 'standard'; expected settings/],
  ['a config that is not there', 'run --config none.yaml', /the config file .*none\.yaml cannot be read/],
  ['a setting without a value', 'run --set labels.atrPeriod', /--set labels\.atrPeriod: expected path=value/],
  ['a setting that is not YAML', 'run --set labels.horizons=[1', /--set labels\.horizons=\[1: the value is not YAML/],
  ['an unknown preset', 'run --preset fast', /preset: unknown preset 'fast'; known are quick, standard, production/],
  ['an unknown stage', 'run --until trian', /until: /],
  ['an instant without a zone', 'run --as-of 2026-01-01', /asOf: /],
  ['a seed that is no number', 'run --seed seven', /seed: /],
  ['an unknown command', 'trian', /unknown command 'trian'/],
  ['an unknown option', 'run --sauce x', /unknown option '--sauce'/],
  ['no command', '', /Usage: candlewick/],
  ['a command without what it needs', 'predict --source bars/GOOD.csv', /--model <ref>/],
  ['a model that is not in the store', 'predict --model abcd --source bars/GOOD.csv', /no artifact 'abcd'/],
  ['an artifact that is not in the store', 'lineage abcd', /there is no artifact 'abcd' in the store/],
  ['the report of a run that never was', 'report nobody', /there is no report of 'nobody'/],
  ['a command that needs a server', 'status', /no Temporal server runs for the state folder/],
  ['failures of nothing', 'failures', /no Temporal server runs/],
  [
    'a state folder that cannot be written',
    'run',
    /the state folder .* cannot be written/,
    { HOME_BELOW: 'plain-file' },
  ],
  ['a store that cannot be written', 'run', /the store .* cannot be written/, { CANDLEWICK_STORE: 'plain-file/store' }],
  ['a port that is none', 'run', /TEMPORAL_ADDRESS: expected host:port/, { TEMPORAL_ADDRESS: 'here:70000' }],
  [
    'an address without a port',
    'status',
    /TEMPORAL_ADDRESS: expected host:port, such as 127.0.0.1:7233/,
    { TEMPORAL_ADDRESS: 'nowhere' },
  ],
  [
    'wrong variables',
    'run',
    /CANDLEWICK_TRAINERS: .*CANDLEWICK_LOG_LEVEL: |CANDLEWICK_LOG_LEVEL: .*CANDLEWICK_TRAINERS: /,
    {
      CANDLEWICK_TRAINERS: 'many',
      CANDLEWICK_LOG_LEVEL: 'loud',
    },
  ],
];

describe('bad input ends with exit code 2 and a sentence', () => {
  const cases = CASES.map(([what, args, says, env = {}]) => ({ what, args, says, env }));
  it.each(cases)('$what: candlewick $args', async ({ args, says, env }) => {
    const { HOME_BELOW, ...variables } = env;
    const state = HOME_BELOW === undefined ? {} : { CANDLEWICK_HOME: `${home.folder}/${HOME_BELOW}/state` };
    const { exitCode, stdout, stderr } = await home.cli(args.split(' ').filter(Boolean), { ...variables, ...state });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });

  it('a Temporal address where nobody answers', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    await new Promise((resolve) => server.close(resolve));
    for (const args of [['run'], ['status']]) {
      const { exitCode, stderr } = await home.cli(args, { TEMPORAL_ADDRESS: address });
      expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(address) as string });
    }
  });
});

it('help is no error', async () => {
  const { exitCode, stdout } = await home.cli(['--help']);
  expect(exitCode).toBe(0);
  for (const command of ['run', 'resume', 'retry', 'status', 'failures', 'report', 'lineage', 'predict', 'stop']) {
    expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
  }
});
