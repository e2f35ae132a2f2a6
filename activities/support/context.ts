import type { ArtifactRef } from '../../shared/contracts/artifact';
import type { RunConfig } from '../../shared/contracts/config/schema';
import { runConfigSchema } from '../../shared/contracts/config/schema';
import { symbolConfigOf } from '../../shared/contracts/config/resolve';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { createFileSource } from '../../shared/sources/files/file-source';
import { createGeneratedSource } from '../../shared/sources/generated';
import type { BarSource } from '../../shared/sources/port';
import type { Store } from '../../shared/store/open-store';
import type { ModelEngines } from '../../inference/model-engines';
import type { StageContext } from './stage-definition';

/** Builds what stages use. `baseDir` is where relative source paths start, `tempDir` where archives are unpacked. */
export function createStageContext(given: {
  readonly store: Store;
  readonly engines: ModelEngines;
  readonly baseDir: string;
  readonly tempDir: string;
  readonly environment: Readonly<Record<string, string>>;
}): StageContext {
  const runConfig = createConfigReader(given.store);
  return {
    store: given.store,
    registry: given.engines.registry,
    engineOf: given.engines.describe,
    runConfig,
    symbolConfig: async (scope) => symbolConfigOf(await runConfig(scope.config), scope.symbol),
    source: (config) => sourceOf(config, given.baseDir, given.tempDir),
    environment: given.environment,
  };
}

function sourceOf(config: RunConfig, baseDir: string, tempDir: string): BarSource {
  switch (config.source.kind) {
    case 'generated':
      return createGeneratedSource(config.source);
    case 'files':
      return createFileSource(config.source, { baseDir, tempDir });
  }
}

/** Reads configurations by reference and keeps the last few: every activity of a run asks for the same one. */
function createConfigReader(store: Store): (ref: ArtifactRef) => Promise<RunConfig> {
  const kept = new Map<string, Promise<RunConfig>>();
  return (ref) => {
    const known = kept.get(ref.sha256);
    if (known !== undefined) return known;
    const read = store.artifacts.getJson(ref, ARTIFACT_KINDS.config).then((value) => runConfigSchema.parse(value));
    if (kept.size >= 16) kept.clear();
    kept.set(ref.sha256, read);
    void read.catch(() => kept.delete(ref.sha256));
    return read;
  };
}
