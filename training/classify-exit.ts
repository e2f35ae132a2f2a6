import type { ProcessMemory } from './process-memory';

/** What is known of a trainer child that died before it answered. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last words on its standard error. */
  readonly stderrTail: string;
  /** At the last sample before the end; null where it was never sampled. */
  readonly lastMemory: ProcessMemory | null;
  /** null: no limit is known. */
  readonly memoryLimitBytes: number | null;
  /** Whether the system refuses memory above the limit, by `prlimit --data`. */
  readonly isLimitEnforced: boolean;
  /** Whether the kernel's count of out-of-memory kills rose while the child ran. */
  readonly oomKillCounterRose: boolean;
}

export type ExitCode = 'OutOfMemory' | 'DeviceFailure' | 'TrainerCrashed';

const NEAR_LIMIT_SHARE = 0.9;

/**
 * Of an enforced limit. Lower, for a step of a large batch asks for the rest between two samples; what it costs to be wrong is
 * a smaller micro-batch after a crash, and the other way round a training that is given up.
 */
const NEAR_ENFORCED_LIMIT_SHARE = 0.6;

const OUT_OF_MEMORY_TEXTS = [
  /ResourceExhausted|RESOURCE_EXHAUSTED/,
  /OOM when allocating/,
  /bad_alloc/,
  /Array buffer allocation failed/,
  /JavaScript heap out of memory|process out of memory/,
  // oneDNN's status 1 is dnnl_out_of_memory.
  /Status: ?1, message: could not/,
  // oneDNN again, from inside a kernel, which then aborts: seen under a cap only.
  /dnnl::error[^]*could not create a primitive/,
  // Of a thread, for its stack: errno 11.
  /pthread_create\(\) failed|Cannot allocate memory/,
  /CUDA_ERROR_OUT_OF_MEMORY|CUDNN_STATUS_ALLOC_FAILED|CUBLAS_STATUS_ALLOC_FAILED/,
];

const DEVICE_FAILURE_TEXTS = [
  /CUDA_ERROR_|CUDA error|cudaError/,
  /CUDNN_STATUS_|CUBLAS_STATUS_/,
  /device (?:was |is )?lost/i,
  /ERR_DLOPEN_FAILED|cannot open shared object file|invalid ELF header|undefined symbol/,
];

/**
 * Why a trainer child died, as design section 4 classifies it: words that say out of memory, V8's heap abort (134), or a
 * SIGKILL while the kernel's kill counter rose or memory stood at 90 % of its limit are `OutOfMemory`; words of a lost device
 * or a library that does not load are `DeviceFailure`; every other end is `TrainerCrashed`.
 *
 * Where the limit is enforced, native code that did not look at what `malloc` gave it dies without a word of a fault in memory
 * (seen with V8's heap and with matrix products of TensorFlow): from 60 % of the limit on that is `OutOfMemory` too.
 */
export function classifyExit(exit: ChildExit): ExitCode {
  const told = classifyText(exit.stderrTail);
  if (told !== null) return told;
  if (exit.code === 134) return 'OutOfMemory';
  if (exit.signal === 'SIGKILL' && (exit.oomKillCounterRose || isNearLimit(exit))) return 'OutOfMemory';
  if (exit.isLimitEnforced && FAULT_SIGNALS.has(exit.signal) && isNearLimit(exit)) return 'OutOfMemory';
  return 'TrainerCrashed';
}

/** What an error's text, or the last words of a process, say of the machine; null where they say nothing of it. */
export function classifyText(text: string): 'OutOfMemory' | 'DeviceFailure' | null {
  if (OUT_OF_MEMORY_TEXTS.some((pattern) => pattern.test(text))) return 'OutOfMemory';
  if (DEVICE_FAILURE_TEXTS.some((pattern) => pattern.test(text))) return 'DeviceFailure';
  return null;
}

const FAULT_SIGNALS: ReadonlySet<NodeJS.Signals | null> = new Set([
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGILL',
  'SIGTRAP',
]);

function isNearLimit({ lastMemory, memoryLimitBytes, isLimitEnforced }: ChildExit): boolean {
  if (lastMemory === null || memoryLimitBytes === null) return false;
  if (!isLimitEnforced) return lastMemory.rssBytes >= NEAR_LIMIT_SHARE * memoryLimitBytes;
  // The highest so far, of which a sample would see only what stands between two steps.
  const peakBytes = lastMemory.dataBytes + lastMemory.peakRssBytes - lastMemory.rssBytes;
  return peakBytes >= NEAR_ENFORCED_LIMIT_SHARE * memoryLimitBytes;
}
