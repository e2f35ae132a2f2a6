import { parentPort, workerData } from 'node:worker_threads';
import { renderReport } from '../../reporting/report';
import type { RunRecord } from '../../shared/contracts/run-record';

/** Entry of the thread that draws a report: hundreds of charts take seconds, and the worker must go on heartbeating. */
// The record was made by write-report.ts of this very build.
parentPort?.postMessage(renderReport(workerData as RunRecord));
