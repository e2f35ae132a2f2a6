import { join } from 'node:path';
import { openModelEngines } from '../../inference/model-engines';
import { describeEnvironment } from '../../shared/runtime/environment';
import { locateNativeParts } from '../../shared/runtime/native-parts';
import type { Settings } from '../../shared/runtime/settings';
import { openFileStore } from '../../shared/store/open-store';
import { createStageContext } from './context';
import type { StageContext } from './stage-definition';

/** What stages use on this machine: the same for the worker, which finds keys, and for its children, which compute. */
export async function openStageContext(given: {
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  readonly onDamage: (message: string) => void;
}): Promise<StageContext> {
  const { settings, env, workingDirectory, onDamage } = given;
  const parts = locateNativeParts(env);
  return createStageContext({
    store: openFileStore(settings.storeRoot, onDamage),
    engines: await openModelEngines(parts, settings.trainerThreads),
    baseDir: workingDirectory,
    tempDir: join(settings.home, 'tmp'),
    environment: describeEnvironment(parts),
  });
}
