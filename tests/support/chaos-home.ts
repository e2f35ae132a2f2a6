import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { waitFor } from '../../cli/drill/wait';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import { smallDiskCommand } from './small-disk';
import type { OurProcess } from './processes';
import { processesOf, signalProcess } from './processes';

const ROOT = resolve(__dirname, '..', '..');
const ENTRY = join(ROOT, 'dist', 'cli', 'main.js');
const BUILT = [ENTRY, join(ROOT, 'dist', 'workflow-bundle.js'), join(ROOT, 'dist', 'activities', 'child', 'main.js')];
const END_LIMIT_MS = 60_000;

/** Two symbols, and boosting fits of a second or more: long enough to be hit in their midst. */
const RUN_ARGUMENTS = [
  ...['run', '--json', '--preset', 'quick', '--as-of', '2030-01-01T00:00:00Z', '--set'],
  ...['source.symbolCount=2', 'source.bars=4000', 'source.delistOne=false'],
  ...['models.lightgbm.rounds=700', 'models.lightgbm.earlyStoppingRounds=700'],
] as const;

export interface CommandEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A `candlewick` command as a process of its own. */
export interface RunningCommand {
  readonly pid: number;
  readonly ended: Promise<CommandEnd>;
  readonly hasEnded: () => boolean;
}

/** A state folder of its own, with the commands and processes that use it. */
export interface ChaosHome {
  readonly home: string;
  readonly storeRoot: string;
  command(args: readonly string[], env?: NodeJS.ProcessEnv): RunningCommand;
  run(runId: string, env?: NodeJS.ProcessEnv): RunningCommand;
  processes(): readonly OurProcess[];
  /** Ends the server by `candlewick stop`; then nothing that ever used the folder may be left. Returns what is. */
  stopAll(): Promise<readonly OurProcess[]>;
  /** For a test that failed midway: ends whatever is left, and takes the folder away. */
  destroy(): void;
}

/** What is run, by default two symbols with boosting fits, and what the commands find in their environment besides. */
export interface ChaosPlan {
  readonly run?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Bytes of a disk of its own that the store lies on: for the run, its worker and the server that it starts, and no one else. */
  readonly storeBytes?: number;
}

export function createChaosHome({ run = RUN_ARGUMENTS, env = {}, storeBytes }: ChaosPlan = {}): ChaosHome {
  assertBuilt();
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'candlewick-chaos-')));
  const storeRoot = join(home, 'store');
  const command = (args: readonly string[], more: NodeJS.ProcessEnv = {}): RunningCommand =>
    startCommand(home, nodeOn(args), { ...env, ...more });
  const startRun = (args: readonly string[], more: NodeJS.ProcessEnv = {}): RunningCommand => {
    if (storeBytes === undefined) return command(args, more);
    mkdirSync(storeRoot, { recursive: true });
    const [file, before] = nodeOn(args);
    const onSmallDisk = smallDiskCommand({ folder: storeRoot, sizeBytes: storeBytes, command: file, args: before });
    return startCommand(home, onSmallDisk, { ...env, ...more });
  };
  const processes = (): readonly OurProcess[] => processesOf(home);
  return {
    home,
    storeRoot,
    command,
    run: (runId, more) => startRun([...run, '--id', runId], more),
    processes,
    stopAll: async () => {
      await command(['stop']).ended;
      return waitFor('every process to end', END_LIMIT_MS, () => (processes().length === 0 ? [] : null)).catch(
        processes,
      );
    },
    destroy: () => {
      for (const { pid } of processes()) signalProcess(pid, 'SIGKILL');
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function nodeOn(args: readonly string[]): readonly [string, readonly string[]] {
  return [process.execPath, ['--enable-source-maps', ENTRY, ...args]];
}

function startCommand(
  home: string,
  [file, args]: readonly [string, readonly string[]],
  more: NodeJS.ProcessEnv,
): RunningCommand {
  const child = spawn(file, [...args], {
    cwd: home,
    env: { ...environmentOf(home), ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  let hasEnded = false;
  const ended = new Promise<CommandEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      hasEnded = true;
      resolve({ code, signal, stdout, stderr });
    });
  });
  return { pid: child.pid ?? -1, ended, hasEnded: () => hasEnded };
}

/** Nothing of the surroundings may lead a command to another server or store; the native parts stay where they are. */
function environmentOf(home: string): NodeJS.ProcessEnv {
  const elsewhere = ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'CANDLEWICK_STORE'];
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !elsewhere.includes(name))),
    CANDLEWICK_HOME: home,
    // A bundle names the commit of its code; one that lands while the tests run must not look like a kill's doing.
    GIT_DIR: home,
    CANDLEWICK_TRAINERS: '2',
    CANDLEWICK_TRAINER_THREADS: '1',
    // Shorter than a fit, so that an orderly stop meets fits that have to be handed back.
    CANDLEWICK_SHUTDOWN_GRACE_SECONDS: '1',
  };
}

function assertBuilt(): void {
  const missing = BUILT.filter((path) => !existsSync(path));
  if (missing.length > 0)
    throw new Error(
      `the build is not complete (${missing.join(', ')}): run \`npm run build\`, or the tests by \`npm test\``,
    );
  const { temporal, lightgbm } = locateNativeParts(process.env);
  for (const part of [temporal, lightgbm]) if (!part.found) throw new Error(part.remedy);
}
