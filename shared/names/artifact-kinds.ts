/** Every kind of artifact with the version of its encoding. A version is raised when old bytes can no longer be read. */
export const ARTIFACT_KINDS = {
  config: { kind: 'run-config', schemaVersion: 1 },
  rawBars: { kind: 'raw-bars', schemaVersion: 1 },
  bars: { kind: 'bars', schemaVersion: 1 },
  ledger: { kind: 'clean-ledger', schemaVersion: 1 },
  features: { kind: 'features', schemaVersion: 1 },
  labels: { kind: 'labels', schemaVersion: 1 },
  folds: { kind: 'folds', schemaVersion: 1 },
  model: { kind: 'model', schemaVersion: 1 },
  fit: { kind: 'fit', schemaVersion: 1 },
  foldPredictions: { kind: 'fold-predictions', schemaVersion: 1 },
  calibrators: { kind: 'calibrators', schemaVersion: 1 },
  predictions: { kind: 'predictions', schemaVersion: 1 },
  evaluation: { kind: 'evaluation', schemaVersion: 1 },
  bundle: { kind: 'bundle', schemaVersion: 1 },
  symbolRecord: { kind: 'symbol-record', schemaVersion: 1 },
  vendorPage: { kind: 'vendor-page', schemaVersion: 1 },
} as const;
