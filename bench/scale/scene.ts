import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isListening } from '../../cli/runtime/ports';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import { SEARCH_ATTRIBUTES } from '../../shared/names/search-attributes';

const WORKER = join(__dirname, '..', '..', 'workers', 'main.js');
const READY_LIMIT_MS = 60_000;

/** A process of the scene; its output goes to a log in the scene's folder. */
export interface Actor {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts processes that log into one folder, and ends all of them. */
export class Scene {
  private readonly actors = new Set<Actor>();
  private started = 0;
  private readonly cleanUps: (() => Promise<void>)[] = [];

  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  start(name: string, file: string, args: readonly string[], env: NodeJS.ProcessEnv): Actor {
    this.started += 1;
    const log = openSync(join(this.folder, `${name}-${String(this.started)}.log`), 'a');
    const child: ChildProcess = spawn(file, [...args], { cwd: this.folder, env, stdio: ['ignore', log, log] });
    const exited = new Promise<void>((resolve) => void child.once('close', () => resolve()));
    const actor: Actor = { name, pid: child.pid ?? -1, exited, kill: (signal) => void child.kill(signal) };
    this.actors.add(actor);
    void exited.then(() => this.actors.delete(actor));
    return actor;
  }

  async server(port: number): Promise<Actor> {
    const { temporal } = locateNativeParts(process.env);
    if (!temporal.found) throw new Error(`no Temporal server to start: ${temporal.remedy}`);
    const attributes = Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => [
      '--search-attribute',
      `${name}=${type === 'KEYWORD' ? 'Keyword' : 'Double'}`,
    ]);
    const files = ['--db-filename', join(this.folder, 'temporal.db'), '--log-level', 'error', '--headless'];
    const actor = this.start(
      'server',
      temporal.path,
      ['server', 'start-dev', '--port', String(port), ...files, ...attributes],
      process.env,
    );
    await this.untilListening(port);
    return actor;
  }

  worker(role: 'control' | 'cpu', env: NodeJS.ProcessEnv): Actor {
    return this.start(`worker-${role}`, process.execPath, ['--enable-source-maps', WORKER, '--role', role], env);
  }

  async untilListening(port: number): Promise<void> {
    const deadlineMs = Date.now() + READY_LIMIT_MS;
    while (Date.now() < deadlineMs) {
      if (await isListening(`127.0.0.1:${String(port)}`)) return;
      await sleep(100);
    }
    throw new Error(`nobody listens on port ${String(port)}; look at the logs in ${this.folder}`);
  }

  onEnd(cleanUp: () => Promise<void>): void {
    this.cleanUps.push(cleanUp);
  }

  living(): readonly Actor[] {
    return [...this.actors];
  }

  async end(): Promise<void> {
    const all = [...this.actors];
    for (const actor of all) actor.kill('SIGTERM');
    await Promise.race([Promise.all(all.map(({ exited }) => exited)), sleep(20_000)]);
    for (const actor of this.actors) actor.kill('SIGKILL');
    for (const cleanUp of this.cleanUps) await cleanUp();
  }
}
