import type { OverfittingRecord, RunRecord } from '../../shared/contracts/run-record';

/** The one JSON document of `run --json`. */
export function resultDocument(record: RunRecord, paths: { readonly report: string; readonly store: string }) {
  return {
    runId: record.runId,
    status: record.status,
    report: paths.report,
    store: paths.store,
    wallSeconds: record.wallSeconds,
    wastedSeconds: record.wastedSeconds,
    cacheHits: record.cacheHits,
    symbols: record.symbols.map(({ symbol, status, bars, failure, models, overfitting }) => ({
      symbol,
      status,
      bars,
      failure: failure === null ? null : { code: failure.code, message: failure.message },
      models: models.map(({ family, horizonBars, bundle, evaluation }) => ({
        family,
        horizonBars,
        bundle: bundle?.uri ?? null,
        metrics: evaluation.metrics,
      })),
      overfitting: overfitting === undefined ? null : withoutHead(overfitting),
    })),
  };
}

/** The head of the ledger hashes the instants of its entries: the one thing in which a repeated run would differ. `trials` tells it. */
function withoutHead(overfitting: OverfittingRecord): Omit<OverfittingRecord, 'head'> {
  const { study, broken, trials, sharpeVariance, usedVariance, meanCorrelation, expectedMaximum, pbo, models } =
    overfitting;
  return { study, broken, trials, sharpeVariance, usedVariance, meanCorrelation, expectedMaximum, pbo, models };
}
