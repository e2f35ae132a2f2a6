import type { ModelFamilyName } from '../shared/contracts/config/models-schema';

interface FamilyName {
  /** As a person calls it in a table. */
  readonly label: string;
  /** For the narrow places of a picture. */
  readonly short: string;
}

/** Model families as a person calls them, in the order in which they are shown: the simple ones first, then the nets. */
const FAMILIES: Readonly<Record<ModelFamilyName, FamilyName>> = {
  majority: { label: 'majority class', short: 'majority' },
  logistic: { label: 'logistic regression', short: 'logistic' },
  lightgbm: { label: 'LightGBM', short: 'LightGBM' },
  mlp: { label: 'perceptron (MLP)', short: 'MLP' },
  lstm: { label: 'LSTM', short: 'LSTM' },
  gru: { label: 'GRU', short: 'GRU' },
  tcn: { label: 'temporal convolutions (TCN)', short: 'TCN' },
  transformer: { label: 'Transformer', short: 'Transformer' },
  patchtst: { label: 'PatchTST', short: 'PatchTST' },
  mamba: { label: 'Mamba', short: 'Mamba' },
  nhits: { label: 'N-HiTS', short: 'N-HiTS' },
  tft: { label: 'Temporal Fusion Transformer (TFT)', short: 'TFT' },
  nbeats: { label: 'N-BEATS', short: 'N-BEATS' },
  inceptiontime: { label: 'InceptionTime', short: 'InceptionTime' },
  'lstm-mamba': { label: 'LSTM and Mamba', short: 'LSTM–Mamba' },
};

const ORDER = Object.keys(FAMILIES) as readonly ModelFamilyName[];
/** What a net has to beat before it is worth its time. */
const SIMPLE_FAMILIES: readonly ModelFamilyName[] = ['majority', 'logistic', 'lightgbm'];

export function familyLabel(family: ModelFamilyName): string {
  return FAMILIES[family].label;
}

export function shortFamilyLabel(family: ModelFamilyName): string {
  return FAMILIES[family].short;
}

/** Position among all families, for sorting. */
export function familyIndex(family: ModelFamilyName): number {
  return ORDER.indexOf(family);
}

export function isNet(family: ModelFamilyName): boolean {
  return !SIMPLE_FAMILIES.includes(family);
}
