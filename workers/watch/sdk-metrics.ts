import { createServer, type AddressInfo } from 'node:net';
import type { MetricsExporterConfig } from '@temporalio/worker';

/** A workflow task is milliseconds. */
const TASK_MS = [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000];
/** An activity is a write of a record or half a day of training. */
const ACTIVITY_MS = [50, 100, 500, 1000, 5000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 14_400_000, 43_200_000];
/** A queue is empty, or waits for a machine. */
const WAIT_MS = [10, 50, 100, 500, 1000, 5000, 15_000, 60_000, 300_000, 900_000, 3_600_000, 14_400_000];

const seconds = (bounds: readonly number[]): number[] => bounds.map((ms) => ms / 1000);

/** The SDK's own bounds end at ten seconds to a minute, which says nothing of trainings. */
const SDK_BUCKETS: Readonly<Record<string, number[]>> = {
  activity_execution_latency: seconds(ACTIVITY_MS),
  activity_succeed_endtoend_latency: seconds(ACTIVITY_MS),
  activity_schedule_to_start_latency: seconds(WAIT_MS),
  workflow_endtoend_latency: seconds(ACTIVITY_MS),
  workflow_task_schedule_to_start_latency: seconds(WAIT_MS),
  workflow_task_execution_latency: seconds(TASK_MS),
  workflow_task_replay_latency: seconds(TASK_MS),
  request_latency: seconds(TASK_MS),
  long_request_latency: seconds(WAIT_MS),
};

/** The SDK serves its metrics on a port of the loopback only; the worker's own page takes them from there. */
export interface SdkMetrics {
  readonly exporter: MetricsExporterConfig;
  readonly page: () => Promise<string>;
}

export async function prepareSdkMetrics(): Promise<SdkMetrics> {
  const address = `127.0.0.1:${String(await freePort())}`;
  return {
    exporter: {
      prometheus: {
        bindAddress: address,
        useSecondsForDurations: true,
        unitSuffix: true,
        countersTotalSuffix: true,
        histogramBucketOverrides: { ...SDK_BUCKETS },
      },
    },
    page: async () => {
      const response = await fetch(`http://${address}/metrics`);
      if (!response.ok) throw new Error(`the SDK's page answered ${String(response.status)}`);
      return response.text();
    },
  };
}

/** The SDK cannot be told to choose one itself: it would not say which. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
