import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Settings } from '../../shared/runtime/settings';
import { readSettings } from '../../shared/runtime/settings';
import { DRILL_NAMESPACE_PREFIX } from '../../shared/runtime/settings/drill-settings';
import { openObjectStore } from '../../shared/store/open-store';
import type { CommandContext } from '../command-context';
import { connectClient } from '../runtime/client';
import { ensureServer } from '../runtime/temporal-server';
import { reasonOf } from '../runtime/workflows';
import { UsageError } from '../usage-error';
import { waitFor } from './wait';

const RETENTION_SECONDS = 86_400;
/** A server tells its parts of a new namespace every few seconds. */
const NAMESPACE_LIMIT_MS = 60_000;

/** Where the stores of a drill lie: in a folder of their own, or below the store of the installation. */
export type DrillStore = 'throwaway' | 'current';

/** A namespace, a folder and stores of a drill's own. */
export interface DrillSpace {
  readonly id: string;
  readonly namespace: string;
  readonly address: string;
  readonly client: Client;
  readonly folder: string;
  readonly context: CommandContext;
  readonly limitMs: number;
  /** Settings and environment of the workers of one run: a state folder and a store that nobody else has. */
  place(name: string, env?: NodeJS.ProcessEnv): DrillPlace;
  /** Takes everything away and says what of it is left. */
  close(): Promise<string>;
}

/** Where one run of a drill lives. */
export interface DrillPlace {
  readonly name: string;
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  /** The file that names the store's fault; see `shared/store/drill-faults.ts`. */
  readonly faultFile: string;
}

/** Makes a namespace and a folder on the server that the settings name, or on the state folder's own. */
export async function openDrillSpace(
  context: CommandContext,
  { id, store, limitMs }: { readonly id: string; readonly store: DrillStore; readonly limitMs: number },
): Promise<DrillSpace> {
  const { settings, env, workingDirectory } = context;
  const namespace = `${DRILL_NAMESPACE_PREFIX}${id}`;
  const server = await ensureServer(settings, env);
  context.say(`drill ${id} on ${server.address}, namespace ${namespace}`);
  const client = await connectClient({ ...settings, namespace }, server.address);
  mkdirSync(join(settings.home, 'drill'), { recursive: true });
  const folder = mkdtempSync(join(settings.home, 'drill', `${id}-`));
  const below = `drill-work/${id}`;
  const close = async (): Promise<string> => {
    const left = await removeNamespace(client, namespace);
    await client.connection.close();
    if (store === 'current') await emptyPrefix(settings, `${below}/`);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    return left;
  };
  try {
    await makeNamespace(client, namespace);
  } catch (error) {
    await close().catch(() => undefined);
    throw new UsageError(
      `the server at ${server.address} makes no namespace for the drill: ${reasonOf(error)}. Drill against a development server (unset TEMPORAL_ADDRESS), or with credentials that may make one`,
    );
  }
  return {
    ...{ id, namespace, address: server.address, client, folder, context, limitMs, close },
    place: (name, more = {}) => {
      const home = join(folder, name);
      const faultFile = join(home, 'store-fault.json');
      mkdirSync(join(home, 'logs'), { recursive: true });
      const placed = {
        ...withoutOwn(env),
        TEMPORAL_ADDRESS: server.address,
        TEMPORAL_NAMESPACE: namespace,
        CANDLEWICK_HOME: home,
        CANDLEWICK_STORE: store === 'current' ? `${settings.storeRoot}/${below}/${name}` : join(home, 'store'),
        CANDLEWICK_DRILL_FAULTS: faultFile,
        // A bundle names the commit of its code; one that lands during a drill must not look like a fault's doing.
        GIT_DIR: home,
        CANDLEWICK_TRAINERS: '1',
        CANDLEWICK_SHUTDOWN_GRACE_SECONDS: '1',
        // Bars that a drill writes lie there, and nothing else is to be read.
        CANDLEWICK_SOURCE_ROOTS: home,
        ...more,
      };
      const own = readSettings(placed, workingDirectory);
      if (own.store.kind === 'file') mkdirSync(own.store.root, { recursive: true });
      return { name, settings: own, env: placed, faultFile };
    },
  };
}

/** What an installation sets for its own workers and a drill's must not have: a port, a release, a cap. */
function withoutOwn(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = ['CANDLEWICK_HEALTH_PORT', 'CANDLEWICK_WORKER_VERSIONING', 'CANDLEWICK_TRAINER_MEMORY_MB'];
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.includes(name)));
}

async function makeNamespace({ workflowService, connection }: Client, namespace: string): Promise<void> {
  await workflowService.registerNamespace({
    namespace,
    description: 'of ./candlewick drill; may be deleted',
    workflowExecutionRetentionPeriod: { seconds: RETENTION_SECONDS as unknown as Long },
  });
  await waitFor('the namespace to be known', NAMESPACE_LIMIT_MS, async () => {
    try {
      await workflowService.listOpenWorkflowExecutions({ namespace, maximumPageSize: 1, startTimeFilter: {} });
      await connection.operatorService.listSearchAttributes({ namespace });
      return true;
    } catch {
      return null;
    }
  });
}

type Long = NonNullable<
  NonNullable<
    Parameters<Client['workflowService']['registerNamespace']>[0]['workflowExecutionRetentionPeriod']
  >['seconds']
>;

async function removeNamespace({ connection }: Client, namespace: string): Promise<string> {
  try {
    await connection.operatorService.deleteNamespace({ namespace });
    return `the namespace ${namespace} was deleted`;
  } catch (error) {
    return `the namespace ${namespace} could not be deleted (${reasonOf(error)}); what ran in it is kept for one day`;
  }
}

async function emptyPrefix(settings: Settings, prefix: string): Promise<void> {
  const objects = openObjectStore(settings);
  for (const key of await objects.list(prefix)) await objects.remove(key);
  if (settings.store.kind === 'file') rmSync(join(settings.store.root, prefix), { recursive: true, force: true });
}
