import type { SidedLabelColumns } from '../core/labels';
import type { Result } from '../core/result';
import { createSidedLabelKernel, type LabelKernel } from './label-kernel';
import type { SidelessSettings } from './settings';
import { createTrendKernel } from './trend-kernel';

/** What labels a horizon as its settings ask for: by barriers, or by trend scanning. */
export function labelKernelOf({ trend, ...settings }: SidelessSettings): Result<LabelKernel<SidedLabelColumns>> {
  return trend === undefined ? createSidedLabelKernel(settings) : createTrendKernel(settings, trend);
}
