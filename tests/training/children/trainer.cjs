/** A trainer child for the tests of the pool: `serveJobs` with one job for each way to live and to die. */
const process = require('node:process');
const { readFileSync, writeFileSync } = require('node:fs');
const { setImmediate, setInterval } = require('node:timers');
const { setTimeout } = require('node:timers/promises');
require('./typescript.cjs');
const { serveJobs } = require('../../../training/child/serve.ts');

const forever = () => new Promise(() => setInterval(() => undefined, 1000));
let jobsDone = 0;
let warmed = false;

/** A job like a training: a step, then a turn of the event loop; told to stop, it saves, which takes a while. */
const train = async ({ path, saveMs }, onProgress, { signal, canStop }) => {
  canStop();
  onProgress({ pid: process.pid });
  while (!signal.aborted) await setTimeout(5);
  await setTimeout(saveMs);
  if (path !== undefined) writeFileSync(path, 'saved');
  return { ok: false, fault: { code: 'Cancelled', message: 'saved at step 7', details: { step: 7 } } };
};

const JOBS = {
  echo: async ({ value }) => ({ ok: true, value: { value, pid: process.pid, jobsDone: jobsDone++ } }),
  warmth: async () => ({ ok: true, value: { warmed, pid: process.pid } }),
  train,
  trainThenHang: async (_job, onProgress, { canStop }) => {
    canStop();
    onProgress({ pid: process.pid });
    return forever();
  },
  trainToTheEnd: async (_job, onProgress, { signal, canStop }) => {
    canStop();
    onProgress({ pid: process.pid });
    while (!signal.aborted) await setTimeout(5);
    return { ok: true, value: 'done in the last moment' };
  },
  endsWithoutATurn: async (_job, onProgress, { canStop }) => {
    canStop();
    onProgress({ pid: process.pid });
    await setTimeout(2);
    return { ok: true, value: 'done' };
  },
  stopped: async (_job, _onProgress, { canStop }) => {
    canStop();
    return { ok: true, value: process.pid };
  },
  say: async ({ words, exit }) => {
    await new Promise((resolve) => process.stderr.write(words, resolve));
    if (exit !== null) process.exit(exit);
    await setTimeout(50);
    return { ok: true, value: 'said' };
  },
  steps: async (_job, onProgress) => {
    for (let step = 1; step <= 3; step += 1) onProgress({ step });
    return { ok: true, value: 'stepped' };
  },
  fault: async () => ({ ok: false, fault: { code: 'InvalidLabels', message: 'no class' } }),
  throw: async () => {
    throw new RangeError('Array buffer allocation failed');
  },
  throwCoded: async () => {
    throw Object.assign(new Error('the store is away'), { code: 'StoreUnavailable', details: { attempts: 3 } });
  },
  throwOther: async () => {
    throw new TypeError('a slip');
  },
  hang: async (_job, onProgress) => {
    onProgress({ pid: process.pid });
    return forever();
  },
  ignoreTerm: async (_job, onProgress) => {
    process.on('SIGTERM', () => process.stderr.write('ignored'));
    onProgress({ pid: process.pid });
    return forever();
  },
  abort: async () => process.abort(),
  segv: async () => process.kill(process.pid, 'SIGSEGV') && forever(),
  exit: async ({ code }) => process.exit(code),
  uncaught: async () => {
    setImmediate(() => {
      throw new Error('nobody caught this');
    });
    return forever();
  },
  disconnect: async () => {
    process.removeAllListeners('disconnect');
    process.disconnect();
    return forever();
  },
  badAlloc: async () => {
    process.stderr.write(
      "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n",
    );
    return process.abort();
  },
  heap: async () => {
    const kept = [];
    for (;;) kept.push(new Array(1000).fill({ kept: kept.length }));
  },
  arrays: async () => {
    const kept = [];
    for (;;) kept.push(new Float32Array(4_000_000).fill(1));
  },
  dataLimit: async () => {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    return { ok: true, value: /^Max data size +(\S+)/m.exec(limits)[1] };
  },
  flood: async ({ bytes }) => {
    process.stderr.write('x'.repeat(bytes), () => process.kill(process.pid, 'SIGKILL'));
    return forever();
  },
  fit: async ({ input, engine }, onProgress) => {
    const { createLightGbmEngine } = require('../../../shared/runtime/lightgbm/engine.ts');
    const { createLightGbmFamily } = require('../../../domain/models/lightgbm.ts');
    const { fitFold } = require('../../../training/fit.ts');
    const opened = await createLightGbmEngine(engine);
    if (!opened.ok) return opened;
    const family = createLightGbmFamily(opened.value);
    return fitFold({ ...input, family, onProgress: (progress) => onProgress({ ...progress, pid: process.pid }) });
  },
};

serveJobs((job, onProgress, lifetime) => JOBS[job.do](job, onProgress, lifetime), {
  warm: async () => {
    if (process.env.WARM_FAILS !== undefined) throw new Error('no library');
    await setTimeout(50);
    warmed = true;
  },
});
