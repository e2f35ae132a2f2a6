import { Client, Connection } from '@temporalio/client';
import type { Settings } from '../../shared/runtime/settings';
import { clientConnectionOptions } from '../../shared/temporal/connection-options';
import { dataConverterOf } from '../../shared/temporal/data-converter';
import { whyNoConnection } from '../../shared/temporal/why-no-connection';
import { traceClientInterceptor } from '../../shared/temporal/trace-interceptor';
import type { CommandContext } from '../command-context';
import { UsageError } from '../usage-error';
import { runningServer } from './temporal-server';

const CONNECT_TIMEOUT_MS = 10_000;

export interface ConnectOptions {
  readonly connectTimeoutMs?: number;
  /** The span that workflows started by this client belong to. */
  readonly traceparent?: string | null;
}

/** The one place where clients connect; whoever gets the client closes its connection. */
export async function connectClient(
  settings: Settings,
  address: string,
  { connectTimeoutMs = CONNECT_TIMEOUT_MS, traceparent = null }: ConnectOptions = {},
): Promise<Client> {
  try {
    const options = clientConnectionOptions(settings, address);
    const connection = await Connection.connect({ ...options, connectTimeout: connectTimeoutMs });
    const workflow = traceparent === null ? [] : [traceClientInterceptor(traceparent)];
    const { namespace } = settings;
    return new Client({ connection, namespace, dataConverter: dataConverterOf(settings), interceptors: { workflow } });
  } catch (error) {
    const reason = await whyNoConnection(error, settings, address);
    throw new UsageError(
      `the Temporal server at ${address} cannot be used: ${reason}. Start it (./candlewick dev) or mend TEMPORAL_ADDRESS.`,
    );
  }
}

/** A client on the server that is already there, for commands that start nothing. Throws a UsageError where there is none. */
export async function withClient<T>(
  { settings, traceparent }: CommandContext,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const address = settings.temporalAddress ?? (await runningServer(settings.home))?.address;
  if (address === undefined) {
    throw new UsageError(
      `no Temporal server runs for the state folder ${settings.home}; start one with ./candlewick dev, or go on with ./candlewick resume`,
    );
  }
  const client = await connectClient(settings, address, { traceparent });
  try {
    return await work(client);
  } finally {
    await client.connection.close();
  }
}

/** What the server says, or null where none answers: the store can tell much alone. */
export async function askServerIfAny<T>(
  context: CommandContext,
  ask: (client: Client) => Promise<T>,
): Promise<{ readonly answer: T } | { readonly answer: null; readonly reason: UsageError }> {
  try {
    return { answer: await withClient(context, ask) };
  } catch (error) {
    if (error instanceof UsageError) return { answer: null, reason: error };
    throw error;
  }
}
