import type { Contender } from './contenders';
import type { BenchFacts, Times } from './job';

/** All rounds of one contender on one family, in order; a round that failed is null. */
export interface Measured {
  readonly contender: Contender;
  readonly rounds: readonly BenchFacts[];
}

type Measure = 'step' | 'start' | 'one' | 'many';

const UNIT_DIGITS = 2;

/** Medians over the rounds of every contender, and how ours stands to the fastest peer, as the rows of a Markdown table. */
export function timeRows(family: string, measured: readonly Measured[], measure: Measure): readonly string[] {
  const ours = measured.find(({ contender }) => contender.side === 'ours' && contender.counts);
  const peers = measured.filter(({ contender }) => contender.side !== 'ours');
  const fastest = (clock: keyof Times): Measured | undefined =>
    [...peers].sort((a, b) => mid(a, measure, clock) - mid(b, measure, clock))[0];
  return measured.map((one) => {
    const { side, form } = one.contender;
    const isOurs = side === 'ours' && ours !== undefined && peers.length > 0;
    const ratio = (clock: keyof Times): string => {
      const peer = isOurs ? fastest(clock) : undefined;
      return peer === undefined ? '' : ratioOf(one, peer, measure, clock).toFixed(UNIT_DIGITS);
    };
    const label = side === 'ours' ? (form === 'default' ? 'ours' : 'ours, all steps') : `${side} ${form}`;
    const cells = [
      family,
      label,
      digits(mid(one, measure, 'ms')),
      digits(mid(one, measure, 'cpuMs')),
      ratio('ms'),
      ratio('cpuMs'),
    ];
    return `| ${cells.join(' | ')} |`;
  });
}

export const TIME_HEAD = [
  '| net | by | ms | ms of the processor | ratio by the clock | ratio of the processor |',
  '| --- | --- | --- | --- | --- | --- |',
];

export const MEMORY_HEAD = [
  '| net | by | parameters | MiB with libraries loaded | peak MiB | above the libraries | trace ms | start to first step, ms (of the processor) | the same again |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
];

/** Memory while training, and what comes before the first step. */
export function memoryRows(family: string, measured: readonly Measured[]): readonly string[] {
  return measured.map(({ contender: { side, form }, rounds }) => {
    const of = (pick: (facts: BenchFacts) => number | null | undefined): number =>
      median(rounds.map((facts) => pick(facts) ?? NaN));
    const startOf = (pick: (facts: BenchFacts) => Times | undefined): string => {
      const ms = of((f) => pick(f)?.ms);
      return Number.isNaN(ms) ? '' : `${ms.toFixed(0)} (${of((f) => pick(f)?.cpuMs).toFixed(0)})`;
    };
    const [base, peak, trace] = [of((f) => f.baseMb), of((f) => f.peakMb), of((f) => f.traceMs)];
    const cells = [
      family,
      side === 'ours' ? (form === 'default' ? 'ours' : 'ours, all steps') : `${side} ${form}`,
      String(of((f) => f.parameters)),
      base.toFixed(0),
      peak.toFixed(0),
      (peak - base).toFixed(0),
      Number.isNaN(trace) ? '' : trace.toFixed(0),
      startOf((f) => f.start),
      startOf((f) => f.startAgain),
    ];
    return `| ${cells.join(' | ')} |`;
  });
}

/** Rounds are neighbours in time: their ratios are less noisy than the ratio of their medians. */
function ratioOf(one: Measured, other: Measured, measure: Measure, clock: keyof Times): number {
  return median(
    one.rounds.map(
      (facts, round) => (facts[measure]?.[clock] ?? NaN) / (other.rounds[round]?.[measure]?.[clock] ?? NaN),
    ),
  );
}

function mid({ rounds }: Measured, measure: Measure, clock: keyof Times): number {
  return median(rounds.map((facts) => facts[measure]?.[clock] ?? NaN));
}

function median(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const [low, high] = [known[(known.length - 1) >> 1], known[known.length >> 1]];
  return low === undefined || high === undefined ? NaN : (low + high) / 2;
}

function digits(ms: number): string {
  return Number.isNaN(ms) ? '' : ms.toFixed(ms < 10 ? UNIT_DIGITS : 1);
}
