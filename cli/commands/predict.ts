import { join } from 'node:path';
import { CLASS_COUNT } from '../../domain/core/classes';
import type { Result } from '../../domain/core/result';
import { openModelEngines } from '../../inference/model-engines';
import { tensorSettingOf } from '../../inference/tensor-engine';
import { openPredictor } from '../../inference/predictor';
import type { SeriesPrediction } from '../../inference/predictor';
import type { ArtifactRef } from '../../shared/contracts/artifact';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import { createFileSource } from '../../shared/sources/files/file-source';
import type { BarSource, RawSeries } from '../../shared/sources/port';
import type { Store } from '../../shared/store/open-store';
import { openObjectStore, openStore } from '../../shared/store/open-store';
import { findArtifact } from '../artifact-lookup';
import type { CommandContext } from '../command-context';
import { readConfigInput } from '../config-input';
import { withRegistry } from '../registry-session';
import { EXIT, UsageError } from '../usage-error';

export interface PredictFlags {
  readonly model: string;
  readonly source: readonly string[];
  readonly symbol?: string;
  readonly config?: string;
}

/** `candlewick predict`: one CSV line a bar, empty where there is no prediction yet. Numbers are printed exactly. */
export async function predictCommand(context: CommandContext, flags: PredictFlags): Promise<number> {
  const { settings, workingDirectory } = context;
  const store = openStore(openObjectStore(settings), context.say);
  const ref = await findBundle(context, store, flags.model);
  if (ref.kind !== ARTIFACT_KINDS.bundle.kind)
    throw new UsageError(`'${flags.model}' is of kind ${ref.kind}; expected a bundle, as listed by run --json`);
  const engines = await openModelEngines(
    locateNativeParts(context.env),
    tensorSettingOf(context.env, settings.trainerThreads),
  );
  const predictor = valueOf(await openPredictor(store.artifacts, ref, engines));
  try {
    const { config } = readConfigInput(
      { source: flags.source, ...(flags.config === undefined ? {} : { config: flags.config }) },
      workingDirectory,
      // Read as the training run read its source, unless told otherwise.
      { source: predictor.bundle.recipe.reading ?? {} },
    );
    if (config.source.kind !== 'files') throw new UsageError('predict reads bars from files; give --source');
    const tempDir = join(settings.home, 'tmp');
    // Typed by the person who reads it.
    const source = createFileSource(config.source, { baseDir: workingDirectory, tempDir, roots: null });
    const series = valueOf(await source.open(await chosenSymbol(source, flags.symbol, predictor.bundle.symbol)));
    const others = await openOthers(source, predictor.crossSymbols, predictor.bundle.symbol);
    printCsv(valueOf(await predictor.predict(series, others)), predictor.bundle.classes, context.print);
    return EXIT.done;
  } finally {
    predictor.dispose();
  }
}

/** `daily/XAG-h20@champion` is looked up in the registry, anything else among the artifacts. */
function findBundle(context: CommandContext, store: Store, given: string): Promise<ArtifactRef> {
  if (!/^[^/]+\/.+-h\d+(@[^@]*)?$/.test(given)) return findArtifact(store.objects, given);
  return withRegistry(context, async ({ registry }) => (await registry.resolve(given)).version.bundle);
}

/** The symbol asked for, the only one, or the one that the model was trained on. */
async function chosenSymbol(source: BarSource, asked: string | undefined, trainedOn: string): Promise<string> {
  const symbols = valueOf(await source.list()).map(({ symbol }) => symbol);
  const chosen = asked ?? (symbols.length === 1 ? symbols[0] : symbols.find((symbol) => symbol === trainedOn));
  if (chosen !== undefined && symbols.includes(chosen)) return chosen;
  throw new UsageError(`the source has ${symbols.join(', ')}; say which with --symbol`);
}

/** The symbols that the model sees beside its own, from the same source. */
async function openOthers(
  source: BarSource,
  wanted: readonly string[],
  trainedOn: string,
): Promise<ReadonlyMap<string, RawSeries>> {
  const symbols = wanted.length === 0 ? [] : valueOf(await source.list()).map(({ symbol }) => symbol);
  const missing = wanted.filter((symbol) => !symbols.includes(symbol));
  if (missing.length > 0)
    throw new UsageError(
      `the model of ${trainedOn} sees ${missing.join(', ')} beside it, and the source has ${symbols.join(', ')}; give a --source with both`,
    );
  const opened = await Promise.all(wanted.map(async (symbol) => [symbol, valueOf(await source.open(symbol))] as const));
  return new Map(opened);
}

function printCsv(
  { time, probabilities, sides }: SeriesPrediction,
  classes: readonly string[],
  print: (line: string) => void,
): void {
  const lines = [['time', ...(sides === null ? [] : ['side']), ...classes.map((name) => `p_${name}`)].join(',')];
  for (const [row, instant] of time.entries()) {
    const values = probabilities.data.subarray(row * CLASS_COUNT, (row + 1) * CLASS_COUNT);
    lines.push(
      [
        new Date(instant).toISOString(),
        ...(sides === null ? [] : [String(sides[row])]),
        ...Array.from(values, (p) => (Number.isNaN(p) ? '' : String(p))),
      ].join(','),
    );
  }
  print(lines.join('\n'));
}

function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new UsageError(`${result.fault.code}: ${result.fault.message}`);
}
