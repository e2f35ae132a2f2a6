/** Task queues: orchestration and light work, computation, graphics processors (as many slots as devices), and vendors of bars (rate-limited). */
export const QUEUES = {
  control: 'candlewick-control',
  cpu: 'candlewick-cpu',
  gpu: 'candlewick-gpu',
  vendor: 'candlewick-vendor',
} as const;

export const WORKFLOWS = {
  trainUniverse: 'trainUniverse',
  trainBatch: 'trainBatch',
  trainSymbol: 'trainSymbol',
  dailyRetrain: 'dailyRetrain',
  promoteModel: 'promoteModel',
} as const;
