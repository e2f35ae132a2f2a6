import { join } from 'node:path';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { WorkerOptions, WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { DefaultLogger, Worker, bundleWorkflowCode } from '@temporalio/worker';
import { QUEUES } from '../../shared/names/queues';
import { SEARCH_ATTRIBUTES } from '../../shared/names/search-attributes';
import { STAGE_NAMES } from '../../shared/names/stages';
import type { trainUniverse } from '../../workflows';
import type { FakeName } from './fake-run';
import { FakeRun, FakeRuns } from './fake-run';
import type { FakePlan } from './fake-stages';
import { startTemporalServer } from './temporal-server';

const CONTROL_ACTIVITIES: readonly FakeName[] = ['prepareRun', 'findLateSymbols', 'recordSymbol', 'writeReport'];
/** Cancellation travels with heartbeats: a short throttle keeps the tests short. */
const HEARTBEAT_THROTTLE_MS = 100;
/** A fake that a failed test left waiting is given up on after this time. */
const FORCE_SHUTDOWN_MS = 2_000;
/** Names no host and no process, so that histories recorded here can be committed. */
const IDENTITY = 'candlewick-test';

export type RunHandle = WorkflowHandleWithFirstExecutionRunId<typeof trainUniverse>;

/** Bundles the workflows from their sources. */
export function bundleWorkflows({ failureConverterPath }: DataConverter = {}): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({
    ...(failureConverterPath === undefined ? {} : { failureConverterPath }),
    workflowsPath: join(__dirname, '..', '..', 'workflows', 'index.ts'),
    workflowInterceptorModules: [join(__dirname, '..', '..', 'workflows', 'trace-headers.ts')],
    logger: new DefaultLogger('ERROR'),
  });
}

/** What some tests add to every worker. */
export type ExtraOptions = Pick<WorkerOptions, 'dataConverter' | 'workerDeploymentOptions'>;

interface MoreActivities {
  readonly control?: object;
  readonly cpu?: object;
}

/** A real server with the real workflows on workers of this process, whose activities are fakes. */
export class WorkflowEnv {
  private readonly fakes = new FakeRuns();
  private workers: readonly Worker[] = [];
  private running: Promise<unknown> = Promise.resolve();
  private count = 0;

  private constructor(
    private readonly server: TestWorkflowEnvironment,
    readonly bundle: WorkflowBundleWithSourceMap,
    private readonly more: MoreActivities,
    readonly client: Client,
    private readonly workerOptions: ExtraOptions,
  ) {}

  /**
   * `more`: activities beside the fake runs', for workflows that do more than train. `options` are given to every worker; a
   * data converter to the client and the bundle too.
   */
  static async start(more: MoreActivities = {}, options: ExtraOptions = {}): Promise<WorkflowEnv> {
    const { dataConverter = {} } = options;
    const [server, bundle] = await Promise.all([startServer(), bundleWorkflows(dataConverter)]);
    const client = new Client({ connection: server.connection, dataConverter, identity: IDENTITY });
    const env = new WorkflowEnv(server, bundle, more, client, options);
    await env.startWorkers();
    return env;
  }

  /** The client that sees what the server has: nothing is decoded. */
  get rawClient(): Client {
    return this.server.client;
  }

  get address(): string {
    return this.server.address;
  }

  /** A run that is not started yet; its id is its own. */
  run(plan: FakePlan = {}, runId = `run-${String((this.count += 1))}`): FakeRun {
    return this.fakes.add(new FakeRun(runId, plan));
  }

  /** Starts `trainUniverse` as a person does in the UI: with no argument or with one. */
  start(run: FakeRun, ...args: [] | [Record<string, unknown>]): Promise<RunHandle> {
    return this.startAs(run.runId, ...args);
  }

  startAs(workflowId: string, ...args: [] | [Record<string, unknown>]): Promise<RunHandle> {
    return this.client.workflow.start<typeof trainUniverse>('trainUniverse', {
      taskQueue: QUEUES.control,
      workflowId,
      args,
    });
  }

  history(workflowId: string): Promise<History> {
    return this.client.workflow.getHandle(workflowId).fetchHistory();
  }

  /** The search attributes of a workflow by name. */
  async attributes(workflowId: string): Promise<Readonly<Record<string, unknown>>> {
    const { typedSearchAttributes } = await this.client.workflow.getHandle(workflowId).describe();
    return Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
  }

  /** Starts workers, beside those that run. */
  async startWorkers(options: ExtraOptions = this.workerOptions): Promise<void> {
    const common = {
      connection: this.server.nativeConnection,
      identity: IDENTITY,
      maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
      defaultHeartbeatThrottleInterval: HEARTBEAT_THROTTLE_MS,
      shutdownForceTime: FORCE_SHUTDOWN_MS,
      ...options,
    };
    const started = await Promise.all([
      Worker.create({
        ...common,
        taskQueue: QUEUES.control,
        workflowBundle: this.bundle,
        activities: { ...this.fakes.activities(CONTROL_ACTIVITIES), ...this.more.control },
      }),
      Worker.create({
        ...common,
        taskQueue: QUEUES.cpu,
        activities: { ...this.fakes.activities(STAGE_NAMES), ...this.more.cpu },
      }),
    ]);
    const before = this.running;
    this.workers = [...this.workers, ...started];
    this.running = Promise.allSettled([before, ...started.map((worker) => worker.run())]);
  }

  /** Stops the workers; activities in flight are told so and begin anew on the workers started next. */
  async stopWorkers(): Promise<void> {
    for (const worker of this.workers) worker.shutdown();
    await this.running;
    this.workers = [];
  }

  /** Ends what `start` began; there is nothing to end where it failed. */
  static async stop(env: WorkflowEnv | undefined): Promise<void> {
    await env?.stopWorkers();
    await env?.server.teardown();
  }
}

function startServer(): Promise<TestWorkflowEnvironment> {
  return startTemporalServer({ server: { searchAttributes: customAttributes() }, client: { identity: IDENTITY } });
}

function customAttributes() {
  return Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) =>
    type === 'DOUBLE'
      ? defineSearchAttributeKey(name, SearchAttributeType.DOUBLE)
      : defineSearchAttributeKey(name, SearchAttributeType.KEYWORD),
  );
}
