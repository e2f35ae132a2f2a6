/** What a worker process works on: workflows and light activities, computation, computation on a graphics processor, vendors of bars, or all of it. */
export const WORKER_ROLES = ['control', 'cpu', 'gpu', 'vendor', 'all'] as const;
export type WorkerRole = (typeof WORKER_ROLES)[number];
