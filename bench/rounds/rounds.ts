import { loadavg } from 'node:os';

/** What one process answers, as the last line of its output: for every task its median time and a number it computed. */
export interface TaskTimes {
  readonly engine: string;
  readonly tasks: Readonly<Record<string, TaskTime>>;
}

export interface TaskTime {
  /** Medians over the repetitions in the process, in milliseconds by the clock and of the processor. */
  readonly ms: number;
  readonly cpuMs: number;
  /** Something computed, so that it is seen that both sides compute the same; null where it cannot be compared. */
  readonly check: number | null;
}

/** One side of a comparison; each call is a process of its own. */
export interface Side {
  readonly name: string;
  /** False for ours. */
  readonly isPeer: boolean;
  readonly run: () => Promise<TaskTimes>;
}

/**
 * Lets all sides run in turn, `rounds` times, so that what else the machine does meets all of them alike, and gives a table
 * in Markdown: medians over the rounds of the processor's time, and ours as a multiple of the fastest peer that has the task.
 */
export async function compareInTurn(sides: readonly Side[], rounds: number): Promise<readonly string[]> {
  const found = sides.map((side) => ({ side, answers: [] as TaskTimes[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { side, answers } of found) answers.push(await side.run());
    process.stderr.write(`round ${String(round + 1)} of ${String(rounds)}, load ${(loadavg()[0] ?? NaN).toFixed(1)}\n`);
  }
  const tasks = [...new Set(found.flatMap(({ answers }) => Object.keys(answers[0]?.tasks ?? {})))];
  const rows = tasks.map((task) => {
    const timesOf = ({ answers }: { answers: readonly TaskTimes[] }): number =>
      median(answers.map(({ tasks: times }) => times[task]?.cpuMs ?? NaN));
    const checksOf = ({ answers }: { answers: readonly TaskTimes[] }): number | null =>
      answers[0]?.tasks[task]?.check ?? null;
    const ours = found.filter(({ side }) => !side.isPeer);
    const peers = found.filter(({ side }) => side.isPeer).map(timesOf);
    const fastest = Math.min(...peers.filter((ms) => !Number.isNaN(ms)));
    const own = ours.map(timesOf)[0] ?? NaN;
    const cells = [...found.map(timesOf).map((ms) => (Number.isNaN(ms) ? '–' : ms.toPrecision(3)))];
    return `| ${[task, ...cells, `**${(own / fastest).toFixed(2)}**`, agreement(found.map(checksOf))].join(' | ')} |`;
  });
  const names = sides.map(({ name }) => name);
  return [
    found.map(({ answers }) => answers[0]?.engine ?? '').join('; '),
    '',
    `| task | ${names.join(' | ')} | ours / fastest peer | greatest difference |`,
    `| ${['---', '---', '---', ...names.map(() => '---')].join(' | ')} |`,
    ...rows,
  ];
}

/** Of what the sides computed, relative to the first. */
function agreement(checks: readonly (number | null)[]): string {
  const [first, ...others] = checks.filter((check) => check !== null);
  if (first === undefined || others.length === 0) return '–';
  const worst = Math.max(...others.map((other) => Math.abs(other - first) / Math.max(1e-300, Math.abs(first))));
  return worst === 0 ? '0' : worst.toExponential(0);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Runs `task` a few times to warm up, then `repetitions` times; what the last one returned is the check. */
export function timeTask(task: () => number | null, repetitions: number): TaskTime {
  const [clock, cpu]: [number[], number[]] = [[], []];
  let check = null;
  for (let i = 0; i < WARM_UPS + repetitions; i += 1) {
    const [started, cpuStarted] = [performance.now(), process.cpuUsage()];
    check = task();
    const { user, system } = process.cpuUsage(cpuStarted);
    if (i < WARM_UPS) continue;
    clock.push(performance.now() - started);
    cpu.push((user + system) / 1000);
  }
  return { ms: median(clock), cpuMs: median(cpu), check };
}

const WARM_UPS = 2;
