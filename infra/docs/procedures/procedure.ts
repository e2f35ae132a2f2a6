import type { ErrorCode } from '../../../shared/names/errors';

/** What a person on call does about one code; sentences and commands, in the order in which they are needed. */
export interface Procedure {
  readonly sees: string;
  readonly look: readonly string[];
  readonly causes: readonly string[];
  readonly mend: readonly string[];
  readonly mended: string;
  readonly escalate: string;
}

/** The procedures of some codes. */
export type Procedures = Partial<Readonly<Record<ErrorCode, Procedure>>>;
