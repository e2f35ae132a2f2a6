import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
const MAIN = join(ROOT, 'infra/audit/main.mjs');
const folder = mkdtempSync(join(tmpdir(), 'candlewick-audit-'));
const servers: Server[] = [];

afterAll(async () => {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  rmSync(folder, { recursive: true, force: true });
});

interface Lock {
  readonly packages: Record<string, Record<string, unknown>>;
}

interface Parts {
  lock?: (lock: Lock) => void;
  manifest?: (manifest: { dependencies: Record<string, string> }) => void;
  exceptions?: (exceptions: Record<string, { name: string; reason: string; until: string }[]>) => void;
  npmrc?: string;
}

/** A copy of what the audit reads of the project, changed. */
function project(parts: Parts = {}): string {
  const root = mkdtempSync(join(folder, 'project-'));
  mkdirSync(join(root, 'infra/audit'), { recursive: true });
  const change = (path: string, alter: (value: never) => void = () => undefined): void => {
    const value = JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as never;
    alter(value);
    writeFileSync(join(root, path), JSON.stringify(value));
  };
  change('package-lock.json', parts.lock);
  change('package.json', parts.manifest);
  change('infra/audit/exceptions.json', parts.exceptions);
  cpSync(join(ROOT, '.npmrc'), join(root, '.npmrc'));
  if (parts.npmrc !== undefined) writeFileSync(join(root, '.npmrc'), parts.npmrc);
  return root;
}

/** A registry that knows advisories (null: that refuses to tell), and every package in the version asked about. */
async function registry(advisories: Record<string, unknown> | null): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      if (request.url?.endsWith('/advisories/bulk') === true) {
        response.writeHead(advisories === null ? 405 : 200, { 'content-type': 'application/json' });
        response.end(advisories === null ? '' : JSON.stringify(advisories));
        return;
      }
      const name = decodeURIComponent((request.url ?? '/').slice(1));
      const versions = { '2.9.1': { name, version: '2.9.1', dependencies: {} } };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ name, 'dist-tags': { latest: '2.9.1' }, versions }));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
}

async function audit(root: string, address: string | null, today = '2026-11-21') {
  const offline = address === null ? ['--offline'] : [];
  const child = spawn(process.execPath, [MAIN, '--root', root, '--today', today, ...offline], {
    cwd: root,
    env: {
      ...process.env,
      npm_config_registry: address ?? 'http://127.0.0.1:9/',
      npm_config_cache: join(folder, 'cache'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, output: Buffer.concat(chunks).toString() };
}

const ADVISORY = {
  yaml: [
    {
      id: 1,
      url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
      title: 'A document of aliases takes all memory',
      severity: 'high',
      vulnerable_versions: '<=2.9.1',
      cwe: [],
      cvss: { score: 7, vectorString: null },
    },
  ],
};

describe('the audit of the dependencies', () => {
  it('passes for the project as it is, and says so where advisories cannot be asked for', async () => {
    const { exitCode, output } = await audit(project(), await registry(null));
    expect(output).toMatch(/NOTE: advisories were NOT checked/);
    expect(output).toMatch(/audit passed/);
    expect(exitCode).toBe(0);
  });

  it('passes, with the note, where no registry answers at all', async () => {
    const { exitCode, output } = await audit(project(), 'http://127.0.0.1:9/');
    expect(output).toMatch(/NOTE: advisories were NOT checked/);
    expect(exitCode).toBe(0);
  });

  it('fails for an advisory against a package of production, and says which', async () => {
    const { exitCode, output } = await audit(project(), await registry(ADVISORY));
    expect(output).toMatch(/FAULT: GHSA-aaaa-bbbb-cccc \(high\) yaml <=2.9.1: A document of aliases/);
    expect(exitCode).toBe(1);
  });

  it('lets an excused advisory pass until its day, and not after', async () => {
    const excused = project({
      exceptions: ({ advisories }) =>
        advisories!.push({
          name: 'GHSA-aaaa-bbbb-cccc',
          reason: 'Documents are read with a limit on aliases.',
          until: '2026-12-31',
        }),
    });
    const address = await registry(ADVISORY);
    expect((await audit(excused, address)).exitCode).toBe(0);
    const after = await audit(excused, address, '2027-01-01');
    expect(after.output).toMatch(/GHSA-aaaa-bbbb-cccc ran out on 2026-12-31/);
    expect(after.exitCode).toBe(1);
  });

  it.each<[string, Parts, RegExp]>([
    [
      'a package without a hash',
      { lock: ({ packages }) => delete packages['node_modules/yaml']!.integrity },
      /yaml@.* has no SHA-512/,
    ],
    [
      'a package from a repository',
      { lock: ({ packages }) => (packages['node_modules/yaml']!.resolved = 'git+ssh://git@example.com/yaml.git') },
      /comes from 'git\+ssh/,
    ],
    [
      'a package over plain http',
      { lock: ({ packages }) => (packages['node_modules/yaml']!.resolved = 'http://example.com/yaml.tgz') },
      /comes from 'http:/,
    ],
    [
      'a dependency that is a range',
      { manifest: ({ dependencies }) => (dependencies.yaml = '^2.9.1') },
      /yaml is '\^2.9.1'; expected an exact version/,
    ],
    [
      'a dependency from an address',
      { manifest: ({ dependencies }) => (dependencies.yaml = 'github:eemeli/yaml') },
      /yaml is 'github:eemeli\/yaml'/,
    ],
    [
      'a licence that is not on the list',
      { lock: ({ packages }) => (packages['node_modules/yaml']!.license = 'AGPL-3.0') },
      /yaml@.* has the licence 'AGPL-3.0'/,
    ],
    [
      'half a licence',
      { lock: ({ packages }) => (packages['node_modules/yaml']!.license = '(MIT AND GPL-3.0)') },
      /has the licence '\(MIT AND GPL-3.0\)'/,
    ],
    [
      'an install script that nobody has looked at',
      { lock: ({ packages }) => (packages['node_modules/yaml']!.hasInstallScript = true) },
      /yaml brings an install script/,
    ],
    ['scripts that would run', { npmrc: 'fund=false\n' }, /lacks ignore-scripts=true/],
    [
      'a second protobufjs for @temporalio',
      {
        lock: ({ packages }) =>
          (packages['node_modules/@temporalio/common/node_modules/protobufjs'] = {
            ...packages['node_modules/protobufjs'],
            version: '7.6.6',
          }),
      },
      /@temporalio needs one protobufjs 8/,
    ],
    [
      'an exception without a reason',
      { exceptions: ({ licences }) => (licences![0]!.reason = 'ok') },
      /needs a reason/,
    ],
  ])('fails for %s', async (_what, parts, message) => {
    const { exitCode, output } = await audit(project(parts), null);
    expect(output).toMatch(message);
    expect(exitCode).toBe(1);
  });
});
