import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { concatBars, type BarColumns } from '../domain/core/bars';
import { LABEL_OUTCOMES, type SidedLabelColumns } from '../domain/core/labels';
import { createGenerator } from '../domain/generate/generator';
import { createSidedLabelKernel } from '../domain/labels/label-kernel';
import { averageUniqueness } from '../domain/labels/weights/concurrency';

/**
 * Milliseconds of the processor for the labels of a million bars and for their weights, beside Numba and mlfinpy, which
 * take turns with us:
 *
 *     node dist/bench/labels.js PYTHON [ROWS] [ROUNDS]
 *
 * PYTHON is an interpreter with what bench/peers/labels-requirements.txt names. Medians; prints a table in Markdown. Both
 * sides make the ATR and every column of the label table, for positions without a side, long and short, from bars in memory;
 * ours in the chunks that a table of bars is stored in. Fails where the two disagree.
 */
const HORIZONS = [
  { bars: 20, multiple: 2 },
  { bars: 60, multiple: 3.5 },
  { bars: 240, multiple: 8 },
];
const ATR_PERIOD = 14;
const CHUNK_ROWS = 500_000;
/** mlfinpy takes half a minute for so many. */
const MLFINPY_EVENTS = 20_000;
const LONGEST_LABEL = 60;
const WARM_UPS = 8;

interface Answer {
  readonly ms?: number;
  readonly fault?: string;
  readonly [sum: string]: number | string | undefined;
}
interface Sums {
  readonly [name: string]: number;
}
/** One measurement of one side. */
interface Measured {
  readonly ms: number;
  readonly sums: Sums;
}

function generatedBars(rows: number): BarColumns {
  const source = {
    ...{ symbolCount: 1, bars: rows, timeframeMinutes: 5, seed: 7, signalStrength: 0, delistOne: false },
    kind: 'generated' as const,
  };
  return concatBars([...createGenerator(source, 0).chunks()]);
}

function timed<T>(work: () => T): { readonly ms: number; readonly value: T } {
  const before = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1000, value };
}

function ourLabels(chunks: readonly BarColumns[], bars: number, multiple: number): Measured {
  const settings = { bars, upAtr: multiple, downAtr: multiple, atrPeriod: ATR_PERIOD, timeouts: 'class' } as const;
  const { ms, value: parts } = timed((): SidedLabelColumns[] => {
    const created = createSidedLabelKernel(settings);
    if (!created.ok) throw new Error(created.fault.message);
    return [...chunks.map((chunk) => created.value.push(chunk)), created.value.finish()];
  });
  let [t1Row, exits, outcomes] = [0, 0, 0];
  for (const part of parts) {
    for (const [i, outcome] of part.outcome.entries()) {
      t1Row += part.t1Row[i] ?? 0;
      outcomes += outcome;
      const exit = part.exitLong[i] ?? NaN;
      if (outcome <= LABEL_OUTCOMES.ambiguous) exits += exit;
    }
  }
  return { ms, sums: { t1Row, exits, outcomes } };
}

function ourUniqueness(rows: number): Measured {
  const spans = {
    rows: Int32Array.from({ length: rows }, (_, row) => row),
    ends: Int32Array.from({ length: rows }, (_, row) => Math.min(row + 1 + ((row * 7919) % LONGEST_LABEL), rows)),
  };
  const { ms, value } = timed(() => averageUniqueness(spans));
  return { ms, sums: { uniqueness: value.reduce((sum, one) => sum + one, 0) } };
}

/** A peer that stays, so that its compilation is not measured. */
function openPeer(python: string, barsFile: string) {
  const script = resolve(__dirname, '../../bench/peers/labels_peer.py');
  const child = spawn(python, [script, barsFile], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ask: async (job: object): Promise<Answer> => {
      child.stdin.write(`${JSON.stringify(job)}\n`);
      const line = await lines.next();
      if (line.done === true)
        throw new Error(`${python} ended before it answered; install what labels-requirements.txt names`);
      return JSON.parse(line.value) as Answer;
    },
    close: () => child.stdin.end(),
  };
}
type Peer = ReturnType<typeof openPeer>;

async function askPeer(peer: Peer, job: object): Promise<Measured> {
  const { ms, fault, ...sums } = await peer.ask(job);
  if (ms === undefined) throw new Error(fault ?? 'the peer gave no time');
  return { ms, sums: sums as Sums };
}

function checkAgreement(what: string, ours: Sums, theirs: Sums): void {
  for (const [name, value] of Object.entries(ours)) {
    const other = theirs[name] ?? NaN;
    if (!(Math.abs(value - other) <= 1e-9 * Math.abs(value))) {
      throw new Error(`${what}: our ${name} sums to ${String(value)}, theirs to ${String(other)}`);
    }
  }
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Turn by turn; the first rounds are left out: Numba compiles in the first, our loops are compiled after some calls. */
async function compare(
  what: string,
  rounds: number,
  ours: () => Measured,
  theirs: () => Promise<Measured>,
  comparable = true,
): Promise<readonly string[]> {
  const [own, other]: [number[], number[]] = [[], []];
  const leftOut = rounds === 0 ? 0 : WARM_UPS;
  for (let round = 0; round < leftOut + Math.max(1, rounds); round += 1) {
    const [mine, peers] = [ours(), await theirs()];
    if (comparable) checkAgreement(what, mine.sums, peers.sums);
    if (round < leftOut) continue;
    own.push(mine.ms);
    other.push(peers.ms);
  }
  const [a, b] = [median(own), median(other)];
  return [what, a.toFixed(1), b.toFixed(1), `**${(a / b).toPrecision(2)}**`];
}

async function main([python = 'python3', rowsText = '1000000', roundsText = '9']: readonly string[]): Promise<void> {
  const [rows, rounds] = [Number(rowsText), Number(roundsText)];
  const bars = generatedBars(rows);
  const chunks = Array.from({ length: Math.ceil(rows / CHUNK_ROWS) }, (_, i) =>
    concatBars([sliceOf(bars, i * CHUNK_ROWS, (i + 1) * CHUNK_ROWS)]),
  );
  const folder = mkdtempSync(join(tmpdir(), 'bench-labels-'));
  const file = join(folder, 'bars.bin');
  const columns = [bars.time, bars.open, bars.high, bars.low, bars.close];
  writeFileSync(
    file,
    Buffer.concat(columns.map((column) => Buffer.from(column.buffer, column.byteOffset, column.byteLength))),
  );
  const peer = openPeer(python, file);
  const print = (cells: readonly string[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`);
  try {
    print(['work', 'ours, ms', 'peer, ms', 'ratio']);
    print(['---', '---', '---', '---']);
    for (const horizon of HORIZONS) {
      const job = { job: 'table', ...horizon, atrPeriod: ATR_PERIOD };
      const what = `${rows} bars, ${horizon.bars} bars at ${horizon.multiple} ATR, against Numba`;
      print(
        await compare(
          what,
          rounds,
          () => ourLabels(chunks, horizon.bars, horizon.multiple),
          () => askPeer(peer, job),
        ),
      );
    }
    const weights = { job: 'uniqueness', rows: rows - 1, longest: LONGEST_LABEL };
    const ofWeights = `uniqueness of ${rows - 1} labels, against Numba`;
    print(
      await compare(
        ofWeights,
        rounds,
        () => ourUniqueness(rows - 1),
        () => askPeer(peer, weights),
      ),
    );
    const events = Math.min(MLFINPY_EVENTS, rows - 1);
    const few = [sliceOf(bars, 0, events)];
    const slow = { job: 'mlfinpyLabels', events, bars: 20, multiple: 2 };
    const ofSlow = `triple barrier of ${events} events, against mlfinpy`;
    print(
      await compare(
        ofSlow,
        0,
        () => ourLabels(few, 20, 2),
        () => askPeer(peer, slow),
        false,
      ),
    );
    const slowWeights = { job: 'mlfinpyUniqueness', rows: events, longest: LONGEST_LABEL };
    const ofSlowWeights = `uniqueness of ${events} labels, against mlfinpy`;
    print(
      await compare(
        ofSlowWeights,
        0,
        () => ourUniqueness(events),
        () => askPeer(peer, slowWeights),
        false,
      ),
    );
  } finally {
    peer.close();
    rmSync(folder, { recursive: true });
  }
}

function sliceOf(bars: BarColumns, from: number, to: number): BarColumns {
  const cut = (column: Float64Array): Float64Array => column.subarray(from, to);
  return {
    ...{ time: cut(bars.time), open: cut(bars.open), high: cut(bars.high), low: cut(bars.low) },
    ...{ close: cut(bars.close), volume: cut(bars.volume) },
  };
}

void main(process.argv.slice(2));
