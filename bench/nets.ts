import { appendFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { contendersOf, runContender, type Side } from './nets/contenders';
import type { BenchFacts, BenchMode } from './nets/job';
import { MEMORY_HEAD, memoryRows, TIME_HEAD, timeRows, type Measured } from './nets/summary';
import { NET_DEFINITIONS } from '../domain/models/nets/registry';

/**
 * Nets beside PyTorch and Keras, in one run: training steps, predictions of one window and of 1024, memory, and what comes
 * before the first step. Every measurement is a process of its own; the contenders take turns, round by round, so that what
 * else the machine does meets all of them. Prints Markdown: medians over the rounds, and ours as a multiple of the fastest
 * peer.
 *
 *     npm run build
 *     node dist/bench/nets.js --python torch=PATH --python keras=PATH [--families lstm,tcn] [--rounds 5]
 *         [--modes step,predict] [--steps 25] [--seconds 6] [--threads 1] [--raw FILE]
 *
 * The interpreters have what bench/peers/requirements.txt names; CANDLEWICK_BENCH_TORCH and CANDLEWICK_BENCH_KERAS name
 * them as well, and a peer without one is left out. Batch 256, 60 bars of 50 features, one head of three classes, default
 * sizes without dropout. `--raw` appends every measurement to a file, a line of JSON each.
 */
const OPTIONS = {
  python: { type: 'string', multiple: true },
  families: { type: 'string' },
  modes: { type: 'string', default: 'step,predict' },
  rounds: { type: 'string', default: '5' },
  steps: { type: 'string', default: '25' },
  seconds: { type: 'string', default: '6' },
  threads: { type: 'string', default: '1' },
  raw: { type: 'string' },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  const python = interpreters(values.python ?? [], process.env);
  const families = values.families?.split(',') ?? NET_DEFINITIONS.map(({ name }) => name);
  const modes = values.modes.split(',') as BenchMode[];
  const found: { mode: BenchMode; family: string; measured: readonly Measured[] }[] = [];
  const limits = { steps: Number(values.steps), seconds: Number(values.seconds), threads: Number(values.threads) };
  const note = (facts: object): void => {
    if (values.raw !== undefined) appendFileSync(values.raw, `${JSON.stringify(facts)}\n`);
  };
  const engines = new Set<string>();
  for (const family of families) {
    for (const mode of modes) {
      const contenders = contendersOf(family, new Set(Object.keys(python) as Side[])).filter(
        ({ form }) => mode === 'step' || form !== 'whole',
      );
      const rounds: BenchFacts[][] = contenders.map(() => []);
      for (let round = 0; round < Number(values.rounds); round += 1) {
        for (const [i, contender] of contenders.entries()) {
          const facts = await runContender(contender, { mode, family, ...limits }, python);
          engines.add(facts.engine);
          rounds[i]?.push(facts);
          note({ family, mode, round, ...contender, load: loadavg()[0], ...facts });
        }
      }
      const measured = contenders.map((contender, i) => ({ contender, rounds: rounds[i] ?? [] }));
      found.push({ mode, family, measured });
      process.stderr.write(`${family} ${mode}: done, load ${(loadavg()[0] ?? NaN).toFixed(1)}\n`);
    }
  }
  print([`${[...engines].join('; ')}; Node ${process.version}; ${values.threads} thread(s), ${values.rounds} rounds`]);
  const rowsOf = (mode: BenchMode, rows: (family: string, measured: readonly Measured[]) => readonly string[]) =>
    found.filter((one) => one.mode === mode).flatMap(({ family, measured }) => rows(family, measured));
  if (modes.includes('step')) {
    print(['', 'Training step', '', ...TIME_HEAD, ...rowsOf('step', (f, m) => timeRows(f, m, 'step'))]);
    print(['', 'Memory and start', '', ...MEMORY_HEAD, ...rowsOf('step', memoryRows)]);
  }
  if (modes.includes('predict')) {
    print(['', 'One window', '', ...TIME_HEAD, ...rowsOf('predict', (f, m) => timeRows(f, m, 'one'))]);
    print(['', '1024 windows', '', ...TIME_HEAD, ...rowsOf('predict', (f, m) => timeRows(f, m, 'many'))]);
  }
}

/** `torch=PATH` and `keras=PATH`, of the command line before the environment. */
function interpreters(given: readonly string[], env: NodeJS.ProcessEnv): Partial<Record<Side, string>> {
  const named = given.map((text) => {
    const [side, path] = [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)];
    if (side !== 'torch' && side !== 'keras') {
      throw new RangeError(`--python ${text}: expected torch=PATH or keras=PATH.`);
    }
    return [side, path] as const;
  });
  const fromEnv = (['torch', 'keras'] as const).flatMap((side) => {
    const path = env[`CANDLEWICK_BENCH_${side.toUpperCase()}`];
    return path === undefined ? [] : [[side, path] as const];
  });
  return Object.fromEntries([...fromEnv, ...named]);
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
