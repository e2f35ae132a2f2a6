import type { ArtifactRef } from '../../shared/contracts/artifact';
import type { RunConfig } from '../../shared/contracts/config/schema';
import { runConfigSchema } from '../../shared/contracts/config/schema';
import { symbolConfigOf } from '../../shared/contracts/config/resolve';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import { createVendorAccess } from '../../shared/sources/http/vendor-access';
import { openSource } from '../../shared/sources/open-source';
import type { Store } from '../../shared/store/open-store';
import type { ModelEngines } from '../../inference/model-engines';
import type { StageContext } from './stage-definition';

/** Builds what stages use. `baseDir` is where relative source paths start, `tempDir` where archives are unpacked. */
export function createStageContext(given: {
  readonly store: Store;
  readonly engines: ModelEngines;
  readonly baseDir: string;
  readonly tempDir: string;
  /** Where the secrets of vendors are looked for; none are there without it. */
  readonly env?: NodeJS.ProcessEnv;
  /** Folders below which sources may be read; null: anywhere. */
  readonly roots: readonly string[] | null;
  /** Hosts of vendors that may be asked; null: any. */
  readonly vendorHosts: readonly string[] | null;
  readonly environment: Readonly<Record<string, string>>;
  readonly storeId: string;
  /** What a compute process may have, in bytes; not there: nothing is known of it. */
  readonly memoryBytes?: number;
}): StageContext {
  const runConfig = createConfigReader(given.store);
  const vendors = createVendorAccess({
    store: given.store,
    env: given.env ?? {},
    hosts: given.vendorHosts,
  });
  const places = { ...given, vendors };
  return {
    store: given.store,
    storeId: given.storeId,
    registry: given.engines.registry,
    engineOf: given.engines.describe,
    tensorEngine: given.engines.tensorEngine,
    runConfig,
    symbolConfig: async (scope) => symbolConfigOf(await runConfig(scope.config), scope.symbol),
    source: (config) => openSource(config.source, places),
    environment: given.environment,
    memoryBytes: given.memoryBytes ?? null,
  };
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
