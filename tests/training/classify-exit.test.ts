import type { ProcessMemory } from '../../training/process-memory';
import { classifyExit, type ChildExit, type ExitCode } from '../../training/classify-exit';

const PLAIN: ChildExit = {
  code: null,
  signal: null,
  stderrTail: '',
  lastMemory: null,
  memoryLimitBytes: null,
  isLimitEnforced: false,
  oomKillCounterRose: false,
};

const resident = (rssBytes: number): ProcessMemory => ({ rssBytes, peakRssBytes: rssBytes, dataBytes: 0 });
const capped = (peakRssBytes: number, dataBytes: number): Partial<ChildExit> => ({
  isLimitEnforced: true,
  memoryLimitBytes: 1000,
  lastMemory: { rssBytes: 800, peakRssBytes, dataBytes },
});

const CASES: readonly (readonly [string, Partial<ChildExit>, ExitCode])[] = [
  [
    'TensorFlow out of memory',
    { code: 1, stderrTail: '2 root error(s) found.\n  (0) ResourceExhausted: OOM' },
    'OutOfMemory',
  ],
  ['TensorFlow allocating', { code: 1, stderrTail: 'OOM when allocating tensor with shape[4096,64]' }, 'OutOfMemory'],
  ['C++ allocation', { signal: 'SIGABRT', stderrTail: "instance of 'std::bad_alloc'" }, 'OutOfMemory'],
  ['array buffer', { code: 1, stderrTail: 'RangeError: Array buffer allocation failed' }, 'OutOfMemory'],
  [
    'V8 heap',
    {
      signal: 'SIGABRT',
      stderrTail: 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    },
    'OutOfMemory',
  ],
  ['V8 heap abort as an exit code', { code: 134 }, 'OutOfMemory'],
  ['device memory', { code: 1, stderrTail: 'failed to alloc: CUDA_ERROR_OUT_OF_MEMORY: out of memory' }, 'OutOfMemory'],
  ['SIGKILL, kill counter risen', { signal: 'SIGKILL', oomKillCounterRose: true }, 'OutOfMemory'],
  [
    'SIGKILL at 90 % of the limit',
    { signal: 'SIGKILL', lastMemory: resident(900), memoryLimitBytes: 1000 },
    'OutOfMemory',
  ],
  [
    'SIGKILL below 90 % of the limit',
    { signal: 'SIGKILL', lastMemory: resident(899), memoryLimitBytes: 1000 },
    'TrainerCrashed',
  ],
  ['SIGKILL, no limit known', { signal: 'SIGKILL', lastMemory: resident(9e9) }, 'TrainerCrashed'],
  ['SIGKILL, memory never sampled', { signal: 'SIGKILL', memoryLimitBytes: 1000 }, 'TrainerCrashed'],
  ['SIGSEGV while another was killed for memory', { signal: 'SIGSEGV', oomKillCounterRose: true }, 'TrainerCrashed'],
  [
    'SIGSEGV near the limit',
    { signal: 'SIGSEGV', lastMemory: resident(999), memoryLimitBytes: 1000 },
    'TrainerCrashed',
  ],
  ['SIGABRT without a word', { signal: 'SIGABRT' }, 'TrainerCrashed'],
  ['SIGTERM', { signal: 'SIGTERM' }, 'TrainerCrashed'],
  ['an uncaught error', { code: 1, stderrTail: 'TypeError: x is not a function' }, 'TrainerCrashed'],
  ['exit 0 without an answer', { code: 0 }, 'TrainerCrashed'],
  [
    'V8 for an array buffer',
    { signal: 'SIGABRT', stderrTail: 'FATAL ERROR: v8::ArrayBuffer::New Allocation failed - process out of memory' },
    'OutOfMemory',
  ],
  [
    'oneDNN out of memory',
    { code: 1, stderrTail: 'Operation received an exception:Status: 1, message: could not create a memory object' },
    'OutOfMemory',
  ],
  [
    'oneDNN aborting in a kernel',
    {
      signal: 'SIGABRT',
      stderrTail:
        "terminate called after throwing an instance of 'dnnl::error'\n  what():  could not create a primitive",
    },
    'OutOfMemory',
  ],
  [
    'no memory for the stack of a thread',
    { signal: 'SIGABRT', stderrTail: 'Thread tf_numa_-1_Eigen creation via pthread_create() failed.' },
    'OutOfMemory',
  ],
  ['SIGSEGV at the enforced limit', { signal: 'SIGSEGV', ...capped(800, 950) }, 'OutOfMemory'],
  ['SIGSEGV after peaks at the enforced limit', { signal: 'SIGSEGV', ...capped(1200, 210) }, 'OutOfMemory'],
  ['SIGABRT at the enforced limit', { signal: 'SIGABRT', ...capped(800, 950) }, 'OutOfMemory'],
  ['SIGSEGV below the enforced limit', { signal: 'SIGSEGV', ...capped(900, 499) }, 'TrainerCrashed'],
  ['SIGTERM at the enforced limit', { signal: 'SIGTERM', ...capped(800, 950) }, 'TrainerCrashed'],
  ['exit 1 at the enforced limit', { code: 1, ...capped(800, 950) }, 'TrainerCrashed'],
  [
    'CUDA error',
    { signal: 'SIGABRT', stderrTail: 'CUDA_ERROR_ILLEGAL_ADDRESS: an illegal memory access' },
    'DeviceFailure',
  ],
  [
    'cuBLAS error',
    { code: 1, stderrTail: 'failed to create cublas handle: CUBLAS_STATUS_NOT_INITIALIZED' },
    'DeviceFailure',
  ],
  ['device lost', { code: 1, stderrTail: 'the device was lost' }, 'DeviceFailure'],
  [
    'library will not load',
    { code: 1, stderrTail: 'libcudart.so.12: cannot open shared object file' },
    'DeviceFailure',
  ],
];

describe('why a trainer child died', () => {
  it.each(CASES)('%s', (_name, exit, expected) => {
    expect(classifyExit({ ...PLAIN, ...exit })).toBe(expected);
  });
});
