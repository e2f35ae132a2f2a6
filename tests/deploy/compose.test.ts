import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parse } from 'yaml';
import { WORKER_ROLES } from '../../shared/names/worker-roles';
import { SEARCH_ATTRIBUTES } from '../../shared/names/search-attributes';
import { readSettings } from '../../shared/runtime/settings';
import { sourcesBelow } from '../support/sources';

const ROOT = resolve(__dirname, '..', '..');
const CHECK = join(__dirname, 'compose-check');

/** Settings of Node and of the S3 client, which read them themselves. */
const OF_OTHERS = ['NODE_OPTIONS', 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'];

interface Service {
  readonly image?: string;
  readonly build?: { readonly dockerfile: string; readonly target: string; readonly args: Record<string, string> };
  readonly command: readonly string[] | null;
  readonly environment?: Record<string, string>;
  readonly depends_on?: Record<string, { readonly condition: string }>;
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly ports?: readonly { readonly host_ip?: string; readonly target: number; readonly published: string }[];
  readonly volumes?: readonly { readonly type: string; readonly source: string; readonly target: string }[];
  readonly entrypoint: readonly string[] | null;
}

interface Project {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** As Docker Compose's own library reads it. */
function loadProject(envFile: string): Project {
  try {
    const text = execFileSync('go', ['run', '.', join(ROOT, 'docker-compose.yml'), envFile], {
      cwd: CHECK,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return JSON.parse(text) as Project;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new Error('this test reads the compose file with Docker Compose’s own library: install Go 1.24 or newer');
    throw error;
  }
}

describe('docker-compose.yml', () => {
  const folder = mkdtempSync(join(tmpdir(), 'candlewick-compose-'));
  const envFile = join(folder, '.env');
  let project: Project;
  const services = (): readonly (readonly [string, Service])[] => Object.entries(project.services);
  const workers = (): readonly (readonly [string, Service])[] =>
    services().filter(([, { build }]) => build?.target === 'worker');

  beforeAll(() => {
    const example = readFileSync(join(ROOT, '.env.example'), 'utf8');
    writeFileSync(
      envFile,
      example.replace(/^(POSTGRES_PASSWORD|S3_ACCESS_KEY|S3_SECRET_KEY|GRAFANA_PASSWORD)=$/gm, '$1=planted'),
    );
    project = loadProject(envFile);
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has every part of the product', () => {
    expect(services().map(([name]) => name)).toEqual(
      expect.arrayContaining([
        ...[
          'postgres',
          'temporal',
          'admin-tools',
          'temporal-ui',
          's3',
          'prometheus',
          'grafana',
          'control',
          'cpu',
          'gpu',
        ],
      ]) as unknown,
    );
  });

  it('is refused without passwords, with a word on how to make them', () => {
    const empty = join(folder, 'empty.env');
    writeFileSync(empty, '');
    expect(() => loadProject(empty)).toThrow(/run infra\/docker\/make-env\.sh first/);
  }, 120_000);

  it('names every variable that it uses in .env.example, and no other', () => {
    const used = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8').matchAll(/\$\{([A-Z0-9_]+)/g);
    const known = readFileSync(join(ROOT, '.env.example'), 'utf8').matchAll(/^([A-Z0-9_]+)=/gm);
    const names = (found: Iterable<RegExpMatchArray>): readonly string[] =>
      [...new Set([...found].map(([, name]) => name ?? ''))].sort();
    expect(names(used)).toEqual(names(known));
  });

  it('pins every image to a release', () => {
    for (const [name, { image, build }] of services()) {
      if (build === undefined)
        expect([name, image]).toEqual([name, expect.stringMatching(/:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$/)]);
      else expect(existsSync(join(ROOT, build.dockerfile))).toBe(true);
    }
  });

  it('mounts only what is in the repository, what the user names, and named volumes', () => {
    for (const [, { volumes = [] }] of services()) {
      for (const { type, source } of volumes) {
        if (type === 'volume') expect(Object.keys(project.volumes)).toContain(source);
        else if (!['bars', 'secrets'].includes(relative(ROOT, source)))
          expect([source, existsSync(source)]).toEqual([source, true]);
      }
    }
  });

  it('waits for health only where there is a health check', () => {
    for (const [name, { depends_on = {} }] of services()) {
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        if (condition !== 'service_healthy') continue;
        const own = project.services[needed]?.healthcheck?.test;
        expect([name, needed, own !== undefined]).toEqual([name, needed, true]);
      }
    }
  });

  it('publishes each port once, on this machine only unless told otherwise', () => {
    const ports = services().flatMap(([, service]) => service.ports ?? []);
    expect(new Set(ports.map(({ published }) => published)).size).toBe(ports.length);
    expect(ports.map(({ host_ip }) => host_ip)).toEqual(ports.map(() => '127.0.0.1'));
  });

  it('gives workers only settings that exist, and ones that are accepted', () => {
    const sources = sourcesBelow(ROOT, ['shared', 'workers', 'activities', 'cli', 'training', 'inference']);
    const known = (name: string): boolean =>
      name.startsWith('CANDLEWICK_SECRET_') || OF_OTHERS.includes(name) || sources.some((text) => text.includes(name));
    expect(workers().length).toBeGreaterThanOrEqual(5);
    for (const [name, { environment = {} }] of workers()) {
      expect([name, Object.keys(environment).filter((variable) => !known(variable))]).toEqual([name, []]);
      expect(() => readSettings(environment, '/var/lib/candlewick')).not.toThrow();
      // No vendor unless it is named, one release for all, and no notice in the log of every process.
      expect(environment).toMatchObject({
        CANDLEWICK_VENDOR_HOSTS: '',
        CANDLEWICK_BUILD_ID: 'unknown',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      });
    }
  });

  it('starts workers in roles that exist, and every role', () => {
    const roles = workers().flatMap(([, { command }]) => (command?.[0] === '--role' ? [command[1]] : []));
    expect(roles.every((role) => WORKER_ROLES.some((known) => known === role))).toBe(true);
    expect([...roles, 'all'].sort()).toEqual([...WORKER_ROLES].sort());
  });

  it('has its workers, and the server, scraped by Prometheus', () => {
    const config = parse(readFileSync(join(ROOT, 'infra', 'prometheus', 'prometheus.yml'), 'utf8')) as {
      scrape_configs: readonly {
        static_configs?: { targets: string[] }[];
        dns_sd_configs?: { names: string[]; port: number }[];
      }[];
    };
    const targets = config.scrape_configs.flatMap(({ static_configs = [], dns_sd_configs = [] }) => [
      ...static_configs.flatMap((entry) => entry.targets),
      ...dns_sd_configs.flatMap(({ names, port }) => names.map((name) => `${name}:${String(port)}`)),
    ]);
    for (const role of ['control', 'cpu', 'gpu', 'vendor']) expect(targets).toContain(`${role}:9464`);
    expect(targets).toContain('temporal:8000');
  });

  it('sets up the search attributes that the workflows set', () => {
    const script = readFileSync(join(ROOT, 'infra', 'temporal', 'setup-namespace.sh'), 'utf8');
    const [, listed = ''] = /^attributes='([^']*)'$/m.exec(script) ?? [];
    const wanted = Object.entries(SEARCH_ATTRIBUTES).map(
      ([name, type]) => `${name}=${type === 'KEYWORD' ? 'Keyword' : 'Double'}`,
    );
    expect(listed.split(' ').sort()).toEqual(wanted.sort());
  });
});
