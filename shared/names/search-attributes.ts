/** Custom search attributes: the one list that workers register and workflows set. */
export const SEARCH_ATTRIBUTES = {
  Symbol: 'KEYWORD',
  Stage: 'KEYWORD',
  ModelFamily: 'KEYWORD',
  RunKind: 'KEYWORD',
  FailureCode: 'KEYWORD',
  Sharpe: 'DOUBLE',
  BrierScore: 'DOUBLE',
} as const;
