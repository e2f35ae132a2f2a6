/**
 * What bars of a training part are turned into more bars by. There is no independent noise among them: it teaches a model
 * that neighbouring bars have nothing to do with each other.
 */
export const AUGMENTATION_METHODS = [
  'stationaryBootstrap',
  'movingBlock',
  'regimeBlocks',
  'arGarch',
  'timeWarp',
] as const;
export type AugmentationMethod = (typeof AUGMENTATION_METHODS)[number];

export interface AugmentationSettings {
  readonly method: AugmentationMethod;
  /**
   * Bars of a block: the mean where lengths are drawn, the length in `movingBlock`, the distance between two turns of the
   * speed in `timeWarp`. `arGarch` has no blocks.
   */
  readonly meanBlockBars: number;
}
