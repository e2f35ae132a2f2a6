import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RunRecord } from '../../shared/contracts/run-record';

export type RenderReport = (record: RunRecord) => Promise<string>;

/** Draws the report in a thread of its own. */
export const renderReportInThread: RenderReport = (record) =>
  new Promise((resolve, reject) => {
    const thread = new Worker(join(__dirname, 'render-thread.js'), { workerData: record });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) =>
      reject(new Error(`the thread that draws the report ended with code ${String(code)} before it was done`)),
    );
  });
