import { execFile } from 'node:child_process';

/** What the driver says of one graphics processor. */
export interface GpuSample {
  readonly gpu: string;
  readonly utilisation: number;
  readonly memoryUsedBytes: number;
  readonly memoryTotalBytes: number;
}

const QUERY = ['--query-gpu=index,utilization.gpu,memory.used,memory.total', '--format=csv,noheader,nounits'];
const MAX_WAIT_MS = 5_000;
const MIB = 1024 * 1024;

/** Asks the driver's own tool, for all processors; empty where there is none or it does not answer. */
export function sampleGpus(env: NodeJS.ProcessEnv): Promise<readonly GpuSample[]> {
  return new Promise((resolve) => {
    execFile('nvidia-smi', QUERY, { env, timeout: MAX_WAIT_MS }, (error, output) =>
      resolve(error === null ? parseGpus(output) : []),
    );
  });
}

/** Lines such as `0, 87, 10240, 143771`: index, per cent, MiB used, MiB in all. What cannot be read is left out. */
export function parseGpus(output: string): readonly GpuSample[] {
  return output.split('\n').flatMap((line) => {
    const [gpu, percent, used, total] = line.split(',').map((cell) => cell.trim());
    const numbers = [percent, used, total].map(Number);
    if (gpu === undefined || gpu === '' || !numbers.every((value) => Number.isFinite(value))) return [];
    const [share = NaN, usedMib = NaN, totalMib = NaN] = numbers;
    return [{ gpu, utilisation: share / 100, memoryUsedBytes: usedMib * MIB, memoryTotalBytes: totalMib * MIB }];
  });
}
