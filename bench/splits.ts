import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Fold } from '../domain/core/folds';
import { expandRanges, type RowRange } from '../domain/core/rows';
import { buildFolds } from '../domain/splits/build-folds';
import { combinations } from '../domain/splits/combinations';
import { indexLabels } from '../domain/splits/label-index';
import { planBoundaries } from '../domain/splits/plan-boundaries';
import { evenBorders } from '../domain/splits/plan-groups';
import { purgeIndexed } from '../domain/splits/purge';
import type { SplitSettings } from '../domain/splits/settings';
import { DEFAULT_CONFIG } from '../shared/contracts/config/defaults';

/**
 * Milliseconds of the processor for all splits of a CPCV, beside skfolio, which takes turns with us:
 *
 *     node dist/bench/splits.js PYTHON [ROWS] [ROUNDS]
 *
 * PYTHON is an interpreter with what bench/peers/splits-requirements.txt names. Medians; prints a table in Markdown. The first
 * row is the peer's work: test groups and the training rows that purge and embargo leave, as index arrays; fails where the
 * two disagree. The second is what a run does: a prologue, validation halves, four parts purged against one another by label
 * intervals.
 */
const JOB = { features: 50, groups: 10, tested: 2, labelBars: 20, embargo: 5 };
const DAY_MS = 86_400_000;

interface Sums {
  readonly splits: number;
  readonly train: number;
  readonly test: number;
}
interface Measured extends Sums {
  readonly ms: number;
}

interface Series {
  readonly time: Float64Array;
  readonly t1: Float64Array;
}

/** Daily bars, so that an embargo of days is one of rows; labels of a fixed length go on beyond the last row. */
function series(rows: number): Series {
  const time = Float64Array.from({ length: rows + JOB.labelBars }, (_, row) => row * DAY_MS);
  return { time, t1: time.map((_, row) => time[row + JOB.labelBars] ?? NaN) };
}

function sumOf(rows: Int32Array): number {
  return rows.reduce((sum, row) => sum + row, 0);
}

function timed(work: () => readonly { readonly train: Int32Array; readonly test: Int32Array }[]): Measured {
  const before = process.cpuUsage();
  const splits = work();
  const { user, system } = process.cpuUsage(before);
  const [train, test] = (['train', 'test'] as const).map((part) =>
    splits.reduce((sum, split) => sum + sumOf(split[part]), 0),
  );
  return { ms: (user + system) / 1000, splits: splits.length, train: train ?? NaN, test: test ?? NaN };
}

/** What skfolio does: no prologue, no validation. */
function sameWork(rows: number, { time, t1 }: Series): Measured {
  return timed(() => {
    const borders = evenBorders(0, rows, JOB.groups);
    const groups = borders.slice(1).map((to, g): RowRange => [borders[g] ?? 0, to]);
    const labels = indexLabels({ time, t1, longestLabelBars: JOB.labelBars });
    const rules = { purgeBars: JOB.labelBars, embargoDays: JOB.embargo };
    return combinations(JOB.groups, JOB.tested).map((tested) => {
      const test = groups.filter((_, g) => tested.includes(g));
      const others = groups.filter((_, g) => !tested.includes(g));
      return { train: expandRanges(purgeIndexed(others, test, labels, rules).kept), test: expandRanges(test) };
    });
  });
}

function wholeFolds({ time, t1 }: Series): Measured {
  const { groups } = DEFAULT_CONFIG.splits;
  const settings: SplitSettings = {
    ...DEFAULT_CONFIG.splits,
    scheme: 'cpcv',
    groups: { ...groups, count: JOB.groups, testGroups: JOB.tested },
    purgeBars: JOB.labelBars,
    embargoDays: JOB.embargo,
  };
  return timed(() => {
    const planned = planBoundaries(time, settings);
    if (!planned.ok) throw new Error(planned.fault.message);
    const folds = buildFolds(time, t1, planned.value, settings, JOB.labelBars);
    if (!folds.ok) throw new Error(folds.fault.message);
    return folds.value.map((fold: Fold) => ({ train: expandRanges(fold.train), test: expandRanges(fold.test) }));
  });
}

/** A peer that stays, so that its start is not measured. */
function openPeer(python: string) {
  const child = spawn(python, [resolve(__dirname, '../../bench/peers/splits_peer.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (job: object): Promise<Measured> => {
      child.stdin.write(`${JSON.stringify(job)}\n`);
      const line = await lines.next();
      if (line.done === true)
        throw new Error(`${python} ended before it answered; install what splits-requirements.txt names`);
      return JSON.parse(line.value) as Measured;
    },
    close: () => child.stdin.end(),
  };
}

function checkAgreement(ours: Sums, theirs: Sums): void {
  for (const name of ['splits', 'train', 'test'] as const) {
    if (ours[name] !== theirs[name])
      throw new Error(`our ${name} sum to ${String(ours[name])}, theirs to ${String(theirs[name])}`);
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

async function main([python = 'python3', rowsText = '60000', roundsText = '9']: readonly string[]): Promise<void> {
  const [rows, rounds] = [Number(rowsText), Number(roundsText)];
  const bars = series(rows);
  const peer = openPeer(python);
  const times: { readonly same: number[]; readonly whole: number[]; readonly peer: number[] } = {
    same: [],
    whole: [],
    peer: [],
  };
  try {
    // The first round, in which ours is compiled, is left out.
    for (let round = 0; round <= rounds; round += 1) {
      const [same, theirs] = [sameWork(rows, bars), await peer.ask({ rows, ...JOB })];
      const whole = wholeFolds(bars);
      checkAgreement(same, theirs);
      if (round === 0) continue;
      times.same.push(same.ms);
      times.whole.push(whole.ms);
      times.peer.push(theirs.ms);
    }
  } finally {
    peer.close();
  }
  const print = (cells: readonly string[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`);
  const theirs = median(times.peer);
  const row = (what: string, ms: number): void =>
    print([what, ms.toFixed(2), theirs.toFixed(1), `**${(ms / theirs).toPrecision(2)}**`]);
  print(['work', 'ours, ms', 'skfolio, ms', 'ratio']);
  print(['---', '---', '---', '---']);
  row(`CPCV of ${rows} rows, ${JOB.groups} groups, ${JOB.tested} tested: index arrays`, median(times.same));
  row('the same with prologue, validation halves and four purged parts', median(times.whole));
}

void main(process.argv.slice(2));
