/** Task queues: orchestration and light work, computation, and graphics processors (as many slots as devices). */
export const QUEUES = {
  control: 'candlewick-control',
  cpu: 'candlewick-cpu',
  gpu: 'candlewick-gpu',
} as const;

export const WORKFLOWS = {
  trainUniverse: 'trainUniverse',
  trainBatch: 'trainBatch',
  trainSymbol: 'trainSymbol',
} as const;
