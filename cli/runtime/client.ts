import { Client, Connection } from '@temporalio/client';
import type { Settings } from '../../shared/runtime/settings';
import { UsageError } from '../usage-error';

/** Connects to the server; whoever gets the client closes its connection. */
export async function connectClient(settings: Settings, address: string): Promise<Client> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: '10 seconds' });
    return new Client({ connection, namespace: settings.namespace });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `no Temporal server answers at ${address}: ${reason}. Start it (./candlewick dev) or mend TEMPORAL_ADDRESS.`,
    );
  }
}
