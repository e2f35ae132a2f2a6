import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../cli/runtime/ports';

const ROOT = join(__dirname, '../..');
const START_TRIES = 100;

/** A real Prometheus with our rules, which scrapes one worker every second. */
export interface RunningPrometheus {
  readonly url: string;
  /** The `data` of an answer of its API. Throws where it does not say `success`. */
  ask<T>(path: string, query?: Readonly<Record<string, string>>): Promise<T>;
  stop(): Promise<void>;
}

/** The tools of Debian's package; a test that needs them fails without. */
export function assertPrometheusIsThere(): void {
  for (const tool of ['prometheus', 'promtool']) {
    try {
      execFileSync(tool, ['--version'], { stdio: 'ignore' });
    } catch {
      throw new Error(`${tool} is missing: install Debian's package prometheus (apt-get install prometheus)`);
    }
  }
}

/** What promtool says; throws with its words where it refuses. */
export function promtool(args: readonly string[], input = ''): string {
  return execFileSync('promtool', args, { cwd: ROOT, input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
}

export async function startPrometheus(folder: string, workerPort: number): Promise<RunningPrometheus> {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, configFor(workerPort));
  const port = await freePort(0);
  const url = `http://127.0.0.1:${String(port)}`;
  const child: ChildProcess = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${String(port)}`,
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  for (let tries = 0; ; tries += 1) {
    const isReady = await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) break;
    if (tries >= START_TRIES || child.exitCode !== null) throw new Error('Prometheus did not start');
    await sleep(100);
  }
  return {
    url,
    ask: async <T>(path: string, query: Readonly<Record<string, string>> = {}) => {
      const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(query).toString()}`);
      const answer = (await response.json()) as { status: string; data: T; error?: string };
      if (answer.status !== 'success') throw new Error(`${JSON.stringify(query)}: ${answer.error ?? ''}`);
      return answer.data;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The committed configuration with its rules, whose job finds this worker instead of those of the compose file. */
function configFor(workerPort: number): string {
  const committed = readFileSync(join(ROOT, 'infra/prometheus/prometheus.yml'), 'utf8');
  const [head = ''] = committed.split('scrape_configs:');
  return `${head.replaceAll('15s', '1s').replace('rules/*.yml', join(ROOT, 'infra/prometheus/rules/*.yml'))}scrape_configs:
  - job_name: candlewick
    static_configs:
      - targets: ['127.0.0.1:${String(workerPort)}']
`;
}
