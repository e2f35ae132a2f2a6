import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../cli/runtime/ports';
import type { CliHome, RunningCli } from '../support/cli';
import { openCliHome } from '../support/cli';
import { exportedNames, expressionsOfDashboards, namesIn, recordedNames, rulesText } from '../support/metric-names';
import { startCollector } from '../support/otlp-collector';
import { assertPrometheusIsThere, promtool, startPrometheus } from '../support/prometheus';

jest.setTimeout(300_000);

const CONFIG = {
  source: { kind: 'generated', symbolCount: 1, bars: 1_500, delistOne: false },
  clean: { minBars: 500 },
  features: { include: ['rsi14', 'atrShare14', 'volumeRatio20', 'closePosition'] },
  labels: { horizons: [{ bars: 8, upAtr: 1.2, downAtr: 1.2 }] },
  splits: { minPartRows: 20 },
  models: { lightgbm: { rounds: 5, minDataInLeaf: 20 }, lstm: { enabled: true } },
  nets: { maxEpochs: 40, patience: 40, checkpointSeconds: 1 },
  evaluation: { bootstrapSamples: 10 },
};

/** What a run with a killed trainer showed, to Prometheus, to a collector of spans and in its worker's log. */
interface Seen {
  readonly exitCode: number | null;
  /** Every page of the run, one after the other. */
  readonly pages: string;
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly rawLines: readonly string[];
}

let home: CliHome;
let collector: Awaited<ReturnType<typeof startCollector>>;
let prometheus: Awaited<ReturnType<typeof startPrometheus>>;
/** What began is ended, the last first, also where the start failed half-way. */
const endings: (() => Promise<void>)[] = [];
let seen: Seen;

beforeAll(async () => {
  assertPrometheusIsThere();
  home = await openCliHome();
  endings.push(() => home.close());
  collector = await startCollector();
  endings.push(collector.close);
  const port = await freePort(0);
  prometheus = await startPrometheus(join(home.folder, 'prometheus'), port);
  endings.push(() => prometheus.stop());
  home.write('run.json', JSON.stringify(CONFIG));
  const running = home.start(['run', '--config', 'run.json', '--id', 'watched'], {
    CANDLEWICK_HEALTH_PORT: String(port),
    CANDLEWICK_LOG_LEVEL: 'info',
    CANDLEWICK_SECRET_VENDOR_KEY: 'a-secret-of-this-test',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  });
  const pages = await followPages(running, port);
  const { exitCode } = await running.result;
  const rawLines = workerLines(home.home);
  const lines = rawLines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  seen = { exitCode, pages, rawLines, lines };
});

afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

/** Every page until the run ends; a trainer is killed once a net has a checkpoint. */
async function followPages({ result }: RunningCli, port: number): Promise<string> {
  let pages = '';
  let killed = false;
  const ended = new AbortController();
  void result.then(() => ended.abort());
  while (!ended.signal.aborted) {
    const page = await fetch(`http://127.0.0.1:${String(port)}/metrics`).then(
      (response) => response.text(),
      () => '',
    );
    pages += page;
    if (!killed && Number(/checkpoint_size_bytes_count (\d+)/.exec(page)?.[1] ?? 0) > 1)
      killed = killTrainers(home.home);
    await sleep(500);
  }
  return pages;
}

function killTrainers(stateFolder: string): boolean {
  const pids = readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      const environment = readFileSync(`/proc/${name}/environ`, 'utf8');
      return command.includes('activities/child/main.js') && environment.includes(`CANDLEWICK_HOME=${stateFolder}\0`);
    } catch {
      return false;
    }
  });
  for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
  return pids.length > 0;
}

function workerLines(stateFolder: string): readonly string[] {
  const folder = join(stateFolder, 'logs');
  const files = readdirSync(folder).filter((name) => name.startsWith('worker-'));
  return files.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n')).filter((line) => line !== '');
}

const valueOf = (page: string, pattern: RegExp): number =>
  Math.max(...[...page.matchAll(pattern)].map(([, value]) => Number(value)));

describe('a run that is watched', () => {
  it('ends well although a trainer was killed', () => {
    expect(seen.exitCode).toBe(0);
  });

  it('tells of stages, training, store, queues and what the kill cost', () => {
    const { pages } = seen;
    expect(
      valueOf(pages, /^candlewick_stage_executions_total\{stage="train",outcome="computed",code=""\} (\d+)/gm),
    ).toBeGreaterThan(1);
    expect(valueOf(pages, /^candlewick_training_examples_total\{family="lstm"\} (\d+)/gm)).toBeGreaterThan(100);
    expect(pages).toMatch(/^candlewick_training_loss\{symbol="\w+",fit="lstm-h8-\w+",part="stopping"\} 0?\d/m);
    expect(
      valueOf(pages, /^candlewick_trainer_deaths_total\{queue="candlewick-cpu",code="TrainerCrashed"\} (\d+)/gm),
    ).toBeGreaterThan(0);
    expect(
      valueOf(pages, /^candlewick_wasted_work_seconds_total\{stage="train",code="TrainerCrashed"\} ([\d.e-]+)/gm),
    ).toBeGreaterThan(0);
    expect(valueOf(pages, /^candlewick_time_to_resume_seconds_count\{stage="train"\} (\d+)/gm)).toBeGreaterThan(0);
    expect(valueOf(pages, /^candlewick_store_requests_total\{operation="put",outcome="ok"\} (\d+)/gm)).toBeGreaterThan(
      20,
    );
    expect(pages).toMatch(/^candlewick_queue_pollers\{queue="candlewick-cpu",kind="activity"\} 1/m);
    for (const name of ['queues', 'schedules', 'models', 'disk', 'trainers', 'gpus', 'sdk']) {
      expect(pages).toContain(`candlewick_collector_up{collector="${name}"} 1`);
    }
  });

  it('exports every metric that a dashboard or a rule names', () => {
    const exported = new Set([...exportedNames(seen.pages), ...recordedNames(), 'up', 'ALERTS']);
    const named = namesIn([rulesText(), ...expressionsOfDashboards()]);
    expect([...named].filter((name) => !exported.has(name))).toEqual([]);
    expect(named.size).toBeGreaterThan(30);
  });

  it('is scraped by a real Prometheus, whose rules and panels all evaluate', async () => {
    const { groups } = await prometheus.ask<{
      groups: readonly {
        readonly rules: readonly { readonly name: string; readonly health: string; readonly lastError?: string }[];
      }[];
    }>('rules');
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(rules.length).toBeGreaterThan(20);
    for (const query of expressionsOfDashboards()) await prometheus.ask('query', { query });
    const { result } = await prometheus.ask<{ result: readonly { readonly value: readonly [number, string] }[] }>(
      'query',
      {
        query: 'max(max_over_time(candlewick_training_examples_total[10m]))',
      },
    );
    expect(Number(result[0]?.value[1])).toBeGreaterThan(100);
  });

  it('serves pages that promtool finds nothing wrong with', () => {
    const own = seen.pages.slice(0, seen.pages.indexOf('# HELP temporal_')).replace(/\n*$/, '\n');
    expect(promtool(['check', 'metrics'], own)).toBe('');
  });

  it('gives one connected trace from the command to the trainer, over the retry too', () => {
    const { spans } = collector;
    const [command] = spans.filter(({ service }) => service === 'candlewick-cli');
    expect(command).toMatchObject({ name: 'candlewick run', parentSpanId: '', isError: false });
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    const ids = new Set(spans.map(({ spanId }) => spanId));
    expect(spans.filter(({ parentSpanId }) => parentSpanId !== '' && !ids.has(parentSpanId))).toEqual([]);
    const trains = spans.filter(
      ({ name, attributes }) => name === 'activity train' && String(attributes['candlewick.part']).startsWith('lstm'),
    );
    const failed = trains.find(({ isError }) => isError);
    expect(failed?.attributes).toMatchObject({
      'candlewick.code': 'TrainerCrashed',
      'candlewick.run': 'watched',
      'candlewick.stage': 'train',
    });
    const id = failed?.attributes['temporal.activity.id'];
    const attempts = trains.filter(({ attributes }) => attributes['temporal.activity.id'] === id);
    expect(attempts.length).toBeGreaterThan(1);
    for (const attempt of attempts) {
      expect(attempt.parentSpanId).toBe(command?.spanId);
      const trainer = spans.find(({ parentSpanId }) => parentSpanId === attempt.spanId);
      expect(trainer?.name).toBe('trainer train');
      expect(spans.some(({ name, parentSpanId }) => name === 'epoch' && parentSpanId === trainer?.spanId)).toBe(true);
    }
    expect(spans.some(({ name }) => name === 'checkpoint')).toBe(true);
  });

  it('writes lines that say when, how grave, and what they are about; no secret among them', () => {
    const { lines, rawLines } = seen;
    for (const line of lines) {
      expect(Number.isNaN(Date.parse(String(line.time)))).toBe(false);
      expect(['info', 'warn', 'error']).toContain(line.level);
    }
    const ofStages = lines.filter(({ stage }) => stage === 'train');
    expect(ofStages.length).toBeGreaterThan(2);
    for (const line of ofStages) {
      expect(line.run).toBe('watched');
      expect(line.activity).toMatch(/^train-/);
      expect(typeof line.attempt).toBe('number');
      expect(line.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(String(line.activity)).toContain(String(line.symbol));
    }
    expect(ofStages.some(({ level, attempt }) => level === 'warn' && attempt === 1)).toBe(true);
    expect(rawLines.filter((line) => line.includes('a-secret-of-this-test'))).toEqual([]);
  });
});
