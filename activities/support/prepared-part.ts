import { z } from 'zod';
import type { PreparedRecord, SymbolRecord } from '../../shared/contracts/run-record';
import type { StageOutcome } from '../../shared/contracts/stages';

/** What the features stage tells of itself; strict about nothing, so that facts of other versions pass. */
const featureFactsSchema = z.object({
  rows: z.number().optional(),
  fracDiff: z.object({ order: z.number(), width: z.number(), stationary: z.boolean() }).optional(),
  cross: z.array(z.object({ symbol: z.string(), rows: z.number() })).optional(),
});

/** What a symbol's features and training rows were made with, out of what its stages told; nothing where they told nothing. */
export function preparedPart(outcomes: readonly StageOutcome[]): Pick<SymbolRecord, 'prepared'> {
  const told = featureFactsSchema.safeParse(outcomes.find(({ stage }) => stage === 'features')?.facts);
  const { fracDiff, cross, rows } = told.success ? told.data : {};
  const synthetic = outcomes.flatMap(({ stage, facts }) =>
    stage === 'train' && typeof facts.syntheticRows === 'number' ? facts.syntheticRows : [],
  );
  const prepared: PreparedRecord = {
    ...(fracDiff === undefined ? {} : { fracDiff }),
    ...(cross === undefined || rows === undefined ? {} : { cross, featureRows: rows }),
    ...(synthetic.length === 0 ? {} : { syntheticRows: [Math.min(...synthetic), Math.max(...synthetic)] }),
  };
  return Object.keys(prepared).length === 0 ? {} : { prepared };
}
