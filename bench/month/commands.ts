import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import type { RetrainResult } from '../../shared/contracts/retrain';
import type { Store } from '../../shared/store/open-store';
import { openFileStore } from '../../shared/store/open-store';
import { createRegistry } from '../../shared/store/registry';
import { startOfDayMs } from '../../cli/schedule/local-day';
import { MONTH_SET, SCHEDULE_ID } from './schedules';

const MAIN = resolve(__dirname, '..', '..', 'dist', 'cli', 'main.js');
const ZONE = 'America/New_York';
/** 22:30 on the wall clock, as the schedule says. */
const AT_MS = 22.5 * 3_600_000;

export interface Month {
  readonly store: Store;
  /** What each day's retrain answered. */
  readonly results: ReadonlyMap<string, RetrainResult>;
  apply(schedule: object, why: string): Promise<void>;
  /** Backfills the days, one after another, and waits for the last. */
  backfill(days: readonly string[]): Promise<void>;
  /** Rolls the champion of the set's first model back, and says which it is. */
  rollBack(why: string): Promise<string>;
  close(): Promise<void>;
}

/** The instant that the schedule's calendar names on a day. */
export function scheduledMs(day: string): number {
  return startOfDayMs(day, ZONE) + AT_MS;
}

/** A state folder with server and worker, and the command on it. */
export async function openMonth(folder: string): Promise<Month> {
  const home = join(folder, 'home');
  const env = { ...process.env, CANDLEWICK_HOME: home, CANDLEWICK_TRAINERS: '2' };
  const start = (args: readonly string[]): ChildProcess =>
    spawn(process.execPath, ['--enable-source-maps', MAIN, ...args], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const command = (args: readonly string[]): Promise<string> => outputOf(start(args), args);
  const dev = start(['dev']);
  await said(dev, 'ready:');
  const { address } = JSON.parse(readFileSync(join(home, 'server.json'), 'utf8')) as { address: string };
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const store = openFileStore(join(home, 'store'), (message) => process.stderr.write(`${message}\n`));
  const results = new Map<string, RetrainResult>();
  return {
    store,
    results,
    apply: async (schedule, why) => {
      writeFileSync(join(folder, 'schedule.json'), JSON.stringify(schedule));
      await command(['schedule', 'apply', '--file', 'schedule.json', '--who', 'ops', '--why', why]);
    },
    backfill: async (days) => {
      const [from = '', to = ''] = [days[0], days.at(-1)];
      await command([
        'schedule',
        'backfill',
        SCHEDULE_ID,
        '--from',
        from,
        '--to',
        to,
        '--who',
        'ops',
        '--why',
        'the month',
      ]);
      for (const day of days) {
        const id = `${SCHEDULE_ID}-${new Date(scheduledMs(day)).toISOString().replace('.000Z', 'Z')}`;
        const result = await resultOf(client, id);
        results.set(day, result);
        const outcomes = result.outcomes.map(
          ({ model, version, outcome }) => `${model} v${String(version)} ${outcome}`,
        );
        process.stderr.write(`${day}: ${outcomes.join(', ')}\n`);
      }
    },
    rollBack: async (why) => {
      const model = await rollable(store);
      await command(['models', 'rollback', model, '--who', 'ops', '--why', why]);
      return model;
    },
    close: async () => {
      await connection.close();
      const ended = new Promise((done) => dev.once('exit', done));
      dev.kill('SIGTERM');
      await ended;
      await command(['stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The first model of the set that has a champion before the one that stands. */
async function rollable(store: Store): Promise<string> {
  const registry = createRegistry(store.objects);
  for (const model of (await registry.models()).models) {
    if (model.startsWith(`${MONTH_SET}/`) && ((await registry.current(model))?.previous ?? null) !== null) return model;
  }
  throw new Error('no model of the month was promoted twice: there is nothing to roll back');
}

/** A buffered retrain is started when the one before it is done: until then the server does not know it. */
async function resultOf(client: Client, workflowId: string): Promise<RetrainResult> {
  for (;;) {
    try {
      return (await client.workflow.getHandle(workflowId).result()) as RetrainResult;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'WorkflowNotFoundError') throw error;
      await sleep(500);
    }
  }
}

function outputOf(child: ChildProcess, args: readonly string[]): Promise<string> {
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => {
      if (code === 0) done(Buffer.concat(stdout).toString());
      else failed(new Error(`${args.join(' ')} ended with ${String(code)}: ${Buffer.concat(stderr).toString()}`));
    });
  });
}

function said(child: ChildProcess, text: string): Promise<void> {
  let heard = '';
  return new Promise((done, failed) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
      if (heard.includes(text)) done();
    });
    child.once('exit', () => failed(new Error(`it ended: ${heard}`)));
  });
}
