import type { ModelFamilyName } from '../shared/contracts/config/schema';

/** Model families as a person calls them. */
export const FAMILY_LABELS: Readonly<Record<ModelFamilyName, string>> = {
  majority: 'majority class',
  logistic: 'logistic regression',
  lightgbm: 'LightGBM',
};
