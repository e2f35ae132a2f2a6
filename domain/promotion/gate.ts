import { finiteOrNull } from '../core/finite';
import type { GateEvidence } from './evidence';

/** What a check found: whether it passed, in one sentence with the numbers. */
export interface CheckOutcome {
  readonly name: string;
  readonly passed: boolean;
  readonly sentence: string;
  readonly measured: number | null;
  readonly wanted: number | null;
}

/** One check of the gate as a value: adding one to the list is all that it takes. */
export interface GateCheck {
  readonly name: string;
  readonly run: (evidence: GateEvidence) => Omit<CheckOutcome, 'name'>;
}

export interface Verdict {
  /** True where every check passed; a gate without checks passes nothing. */
  readonly passed: boolean;
  readonly checks: readonly CheckOutcome[];
  readonly rows: number;
}

/** Runs every check, also after one has failed: whoever reads the verdict sees all that is wrong. */
export function judge(checks: readonly GateCheck[], evidence: GateEvidence): Verdict {
  const outcomes = checks.map(({ name, run }) => {
    const { passed, sentence, measured, wanted } = run(evidence);
    return { name, passed, sentence, measured: finiteOrNull(measured), wanted: finiteOrNull(wanted) };
  });
  return {
    passed: outcomes.length > 0 && outcomes.every(({ passed }) => passed),
    checks: outcomes,
    rows: evidence.rows,
  };
}
