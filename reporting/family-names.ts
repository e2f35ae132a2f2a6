import type { ModelFamilyName } from '../shared/contracts/config/schema';

/** Model families as a person calls them. */
export const FAMILY_LABELS: Readonly<Record<ModelFamilyName, string>> = {
  majority: 'majority class',
  logistic: 'logistic regression',
  lightgbm: 'LightGBM',
  mlp: 'perceptron (MLP)',
  lstm: 'LSTM',
  gru: 'GRU',
  tcn: 'temporal convolutions (TCN)',
  transformer: 'Transformer',
  patchtst: 'PatchTST',
  mamba: 'Mamba',
  nhits: 'N-HiTS',
  tft: 'Temporal Fusion Transformer (TFT)',
  nbeats: 'N-BEATS',
  inceptiontime: 'InceptionTime',
  'lstm-mamba': 'LSTM and Mamba',
};
