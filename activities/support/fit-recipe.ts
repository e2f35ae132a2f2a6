import { deriveSeed } from '../../domain/core/random';
import type { FracDiff } from '../../domain/features/declaration';
import { asksForWeights, type WeightSettings } from '../../domain/labels/weights/sample-weights';
import type { ModelFamily } from '../../domain/models/contract';
import { RETURN_LINK_VERSION } from '../../domain/models/return-link';
import { PLAIN_PREPARATION, type Preparation } from '../../domain/models/preparation';
import type { EngineDescription } from '../../domain/models/engines';
import { modelIdentity } from '../../shared/contracts/config/models-schema';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import { fittedFeaturesSchema } from '../../shared/contracts/fitted-features';
import type { SymbolConfig } from '../../shared/contracts/config/schema';
import type { FitTask, TrainInput } from '../../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import type { Artifacts } from '../../shared/store/artifacts';
import { horizonsOf } from './found-barriers';
import { fitDataOf } from './seen-rows';
import type { StageContext } from './stage-definition';
import { unwrap } from './stage-fault';
import type { SyntheticRecipe } from './synthetic-rows';

/** The part of the configuration that a fit reads, its seed and its engine: all that enters its key besides the data. */
export interface FitRecipe {
  readonly family: string;
  readonly familyVersion: number;
  readonly params: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly engine: EngineDescription;
  /** Only where rows are weighed: a key without weights is what it was before there were any. */
  readonly weights?: WeightRecipe;
  /** Only where synthetic rows are learnt from. */
  readonly augmentation?: AugmentationRecipe;
  /** Only for models of returns: the version of what makes probabilities of these. */
  readonly link?: number;
  /** Only where it is not by mean and deviation, and only for families that it is made for. */
  readonly preparation?: Preparation;
}

/** What the weights of training rows are made of. */
export interface WeightRecipe {
  readonly settings: WeightSettings;
  /** Hash of the bars whose prices return attribution reads, as far as the fold reaches; null where it is off. */
  readonly bars: string | null;
}

/** What synthetic rows of the fold are made of; all families of a fold that train the same horizons see the same ones. */
export interface AugmentationRecipe {
  readonly recipe: SyntheticRecipe;
  /** Hash of the bars that are resampled, as far as the fold reaches. */
  readonly bars: string | null;
}

export async function recipeOf(input: TrainInput, context: StageContext): Promise<FitRecipe> {
  const { scope, task, timeframeMs } = input;
  const config = await context.symbolConfig(scope);
  const { seed } = await context.runConfig(scope.config);
  const family = unwrap(context.registry.get(task.family));
  return {
    family: task.family,
    familyVersion: family.version,
    params: family.kind === 'rows' ? sizesOf(config, task.family) : netParams(config, task, timeframeMs),
    seed: deriveSeed(seed, 'train', scope.symbol, task.family, task.horizons.join('+'), task.foldId),
    engine: context.engineOf(task.family),
    ...(await weightRecipe(config.labels.weights, input, context)),
    ...preparationRecipe(config, family),
    ...linkRecipe(config, family, task.family),
    ...(await augmentationRecipe(config, seed, input, context)),
  };
}

/** Components are made where features are selected; a family of raw features is scaled only for them. */
function preparationRecipe({ scaling, select }: SymbolConfig, family: ModelFamily): Pick<FitRecipe, 'preparation'> {
  const preparation = { scaling, pca: select.enabled ? select.pca : null };
  const isPlain = preparation.pca === null && scaling === PLAIN_PREPARATION.scaling;
  const takesRaw = family.kind === 'rows' && !family.wantsScaledFeatures && preparation.pca === null;
  return isPlain || takesRaw ? {} : { preparation };
}

function linkRecipe(
  { models, nets }: SymbolConfig,
  { kind }: ModelFamily,
  name: FitTask['family'],
): Pick<FitRecipe, 'link'> {
  const { target } = kind === 'windows' ? nets : modelIdentity(models[name]);
  return target === 'return' ? { link: RETURN_LINK_VERSION } : {};
}

async function augmentationRecipe(
  { augmentation, features, labels }: SymbolConfig,
  seed: number,
  input: TrainInput,
  { store }: StageContext,
): Promise<Pick<FitRecipe, 'augmentation'>> {
  const { scope, task, timeframeMs, barriers, fitted } = input;
  const { kind, copies, meanBlockBars } = augmentation;
  if (kind === 'none') return {};
  const { higherTimeframeMultiple, higherTimeframeMultiple2 } = features;
  const horizons = await horizonsOf(labels, barriers, store.artifacts);
  const recipe: SyntheticRecipe = {
    method: kind,
    copies,
    meanBlockBars,
    seed: deriveSeed(seed, 'augment', scope.symbol, task.foldId),
    timeframeMs,
    features: { higherTimeframeMultiple, higherTimeframeMultiple2 },
    ...(fitted === undefined ? {} : { fracDiff: await fracDiffOf(fitted, store.artifacts) }),
    horizons: horizons.filter(({ horizonBars }) => task.horizons.includes(horizonBars)),
  };
  return { augmentation: { recipe, bars: (await fitDataOf(input, store.artifacts)).bars } };
}

async function fracDiffOf(fitted: ArtifactRef, artifacts: Artifacts): Promise<FracDiff> {
  return fittedFeaturesSchema.parse(await artifacts.getJson(fitted, ARTIFACT_KINDS.fittedFeatures)).fracDiff;
}

async function weightRecipe(
  settings: WeightSettings,
  input: TrainInput,
  { store }: StageContext,
): Promise<Pick<FitRecipe, 'weights'>> {
  if (!asksForWeights(settings)) return {};
  const bars = settings.returnAttribution ? (await fitDataOf(input, store.artifacts)).bars : null;
  return { weights: { settings, bars } };
}

function sizesOf(config: SymbolConfig, family: FitTask['family']): Readonly<Record<string, unknown>> {
  return omit(modelIdentity(config.models[family]), ['enabled']);
}

/** Without what changes no result: how often checkpoints are written, how far the ladder goes, whose queue it starts on. */
function netParams(config: SymbolConfig, task: FitTask, timeframeMs: number): Readonly<Record<string, unknown>> {
  return {
    sizes: sizesOf(config, task.family),
    nets: omit(config.nets, ['checkpointSeconds', 'minMicroBatch', 'device']),
    horizons: task.horizons,
    gapBars: config.clean.gapBars,
    timeframeMs,
  };
}

/** The object without some of its entries. */
export function omit<T extends object, K extends keyof T & string>(object: T, keys: readonly K[]): Omit<T, K> {
  const left = Object.entries(object).filter(([name]) => !keys.some((key) => key === name));
  return Object.fromEntries(left) as Omit<T, K>;
}
