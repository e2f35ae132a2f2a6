import { join } from 'node:path';
import type { ModelEngines } from '../../inference/model-engines';
import { describeModelEngines, openModelEngines } from '../../inference/model-engines';
import { tensorSettingOf } from '../../inference/tensor-engine';
import { describeEnvironment } from '../../shared/runtime/environment';
import { machineMemoryBytes } from '../../shared/runtime/machine-memory';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import type { Settings } from '../../shared/runtime/settings';
import type { StoreEvent } from '../../shared/store/measured-object-store';
import { measureObjectStore } from '../../shared/store/measured-object-store';
import { openObjectStore, openStore } from '../../shared/store/open-store';
import { BUCKET_TRUSTED_MS, identifyStore, presentOnly } from '../../shared/store/store-identity';
import { createStageContext } from './context';
import type { StageContext } from './stage-definition';

interface Surroundings {
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  readonly onDamage: (message: string) => void;
  /** Told of every request to the store, and of every try of one that was not the first. */
  readonly onStoreEvent?: (event: StoreEvent) => void;
}

/** For a worker, which finds keys and publishes: engines are described as they stand on disk, none is loaded. */
export function openWorkerContext(given: Surroundings): Promise<StageContext> {
  const locate = (): ReturnType<typeof locateNativeParts> => locateNativeParts(given.env);
  return openContext(given, describeModelEngines(locate, tensorSettingOf(given.env, given.settings.trainerThreads)));
}

/** For a compute child: engines are loaded, and described as loaded. */
export async function openChildContext(given: Surroundings): Promise<StageContext> {
  const setting = tensorSettingOf(given.env, given.settings.trainerThreads);
  return openContext(given, await openModelEngines(locateNativeParts(given.env), setting));
}

async function openContext(
  { settings, env, workingDirectory, onDamage, onStoreEvent = () => undefined }: Surroundings,
  engines: ModelEngines,
): Promise<StageContext> {
  const opened = openObjectStore(settings, ({ action, attempt }) => {
    if (attempt > 1) onStoreEvent({ kind: 'retry', operation: action });
  });
  const objects = measureObjectStore(opened, (request) => onStoreEvent({ kind: 'request', request }));
  const storeId = await identifyStore(objects);
  return createStageContext({
    store: openStore(
      presentOnly(objects, { trustedMs: settings.store.kind === 's3' ? BUCKET_TRUSTED_MS : 0 }),
      onDamage,
    ),
    storeId,
    engines,
    baseDir: workingDirectory,
    tempDir: join(settings.home, 'tmp'),
    env,
    roots: settings.sourceRoots,
    vendorHosts: settings.vendorHosts,
    environment: describeEnvironment(locateNativeParts(env)),
    memoryBytes: settings.trainerMemoryBytes ?? machineMemoryBytes(),
  });
}
