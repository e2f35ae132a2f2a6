import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunRecord } from '../../shared/contracts/run-record';
import type { StageName } from '../../shared/names/stages';
import type { AttemptRecord } from '../../shared/store/attempts';
import { openFileStore, openStore, type Store } from '../../shared/store/open-store';
import type { ObjectStore } from '../../shared/store/port';
import { readRunRecord } from '../../shared/store/run-files';
import { parseMarkerBytes, type StageMarker } from '../../shared/store/stage-cache';

const MAIN = join(__dirname, '../../dist/cli/main.js');

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs; `result` ends with it. */
export interface RunningCli {
  readonly child: ChildProcess;
  readonly result: Promise<CliResult>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A state folder with a working directory for one test file, and the command line on it. */
export interface CliHome {
  /** The working directory of every command; files of the test go here. */
  readonly folder: string;
  /** The state folder. */
  readonly home: string;
  readonly store: Store;
  write(name: string, content: string | Uint8Array): string;
  start(args: readonly string[], env?: Environment, main?: string): RunningCli;
  /** `main`: the entry of another build than ours. */
  cli(args: readonly string[], env?: Environment, main?: string): Promise<CliResult>;
  record(runId: string): Promise<RunRecord>;
  attempts(runId: string): Promise<readonly AttemptRecord[]>;
  /** What the run published or found for one stage of a symbol. */
  marker(runId: string, symbol: string, stage: StageName, part?: string): Promise<StageMarker>;
  /** Stops the server, takes the folder away, and fails if a process of it is left. */
  close(): Promise<void>;
}

/** A store that is not the folder in the state folder. */
export interface StoreElsewhere {
  readonly objects: ObjectStore;
  /** What leads the commands to it. */
  readonly env: Environment;
}

export async function openCliHome(elsewhere?: StoreElsewhere): Promise<CliHome> {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: these tests need the build; run \`npm run build\` first`);
  const folder = mkdtempSync(join(tmpdir(), 'candlewick-cli-'));
  const home = join(folder, 'home');
  await reservePorts(home);
  const damage: string[] = [];
  const onDamage = (message: string): void => void damage.push(message);
  const store =
    elsewhere === undefined ? openFileStore(join(home, 'store'), onDamage) : openStore(elsewhere.objects, onDamage);
  const started = new Set<ChildProcess>();
  const start = (args: readonly string[], env: Environment = {}, main = MAIN): RunningCli => {
    const running = startCli([main, ...args], folder, { ...baseEnvironment(home), ...elsewhere?.env, ...env });
    started.add(running.child);
    running.child.once('exit', () => started.delete(running.child));
    return running;
  };
  const record = async (runId: string): Promise<RunRecord> => {
    const found = await readRunRecord(store.objects, runId);
    if (found === null) throw new Error(`run ${runId} left no record`);
    return found;
  };
  return {
    folder,
    home,
    store,
    write: (name, content) => {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
    start,
    cli: (args, env, main) => start(args, env, main).result,
    record,
    attempts: (runId) => store.attempts.ofRun(runId),
    marker: async (runId, symbol, stage, part = '') => {
      const { symbols } = await record(runId);
      const stages = symbols.find((entry) => entry.symbol === symbol)?.stages ?? [];
      const key = stages.find((entry) => entry.stage === stage && entry.part === part)?.key ?? '';
      const marker = parseMarkerBytes(await store.objects.get(`stages/${stage}/${key.slice(0, 2)}/${key}.json`));
      if (marker === null) throw new Error(`run ${runId} has no ${stage} ${part} of ${symbol}`);
      return marker;
    },
    close: async () => {
      // Of a test that failed half-way: a command that is told to stop ends its worker too.
      await Promise.all([...started].map(endChild));
      await start(['stop']).result;
      const left = processesOf(home);
      rmSync(folder, { recursive: true, force: true });
      if (left.length > 0) throw new Error(`processes of the test are left: ${left.join(', ')}`);
    },
  };
}

/** How often each stage was computed. */
export function countByStage(attempts: readonly AttemptRecord[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { stage } of attempts) counts[stage] = (counts[stage] ?? 0) + 1;
  return counts;
}

function startCli(args: readonly string[], cwd: string, env: Environment): RunningCli {
  const child = spawn(process.execPath, ['--enable-source-maps', ...args], {
    cwd,
    env: env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const result = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      resolve({ exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
  return { child, result };
}

async function endChild(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await ended;
}

/** Of the environment only what says where native parts are: nothing else may lead a test to another server or store. */
function baseEnvironment(home: string): Environment {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(CANDLEWICK|TEMPORAL)_/.test(name));
  const { CANDLEWICK_CACHE, CANDLEWICK_TEMPORAL_CLI, CANDLEWICK_LIGHTGBM_LIB } = process.env;
  return {
    ...Object.fromEntries(inherited),
    CANDLEWICK_CACHE,
    CANDLEWICK_TEMPORAL_CLI,
    CANDLEWICK_LIGHTGBM_LIB,
    CANDLEWICK_HOME: home,
    CANDLEWICK_TRAINERS: '2',
    CANDLEWICK_LOG_LEVEL: 'warn',
  };
}

/** Names free ports in the state folder as those of an earlier server: test files that run at once do not meet. */
async function reservePorts(home: string): Promise<void> {
  const servers = [createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  mkdirSync(home, { recursive: true });
  const [port, uiPort] = ports;
  const record = { pid: 0, address: `127.0.0.1:${port}`, uiUrl: `http://127.0.0.1:${uiPort}` };
  writeFileSync(join(home, 'server.json'), JSON.stringify(record));
}

/** Processes whose environment or command line names the state folder; found on Linux only. */
function processesOf(home: string): readonly string[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const names = readIfThere(`/proc/${pid}/environ`).includes(`CANDLEWICK_HOME=${home}\0`);
      const command = readIfThere(`/proc/${pid}/cmdline`).split('\0').join(' ');
      return names || command.includes(home) ? [`${pid} ${command}`] : [];
    });
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
