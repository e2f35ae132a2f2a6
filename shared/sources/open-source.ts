import type { SourceConfig } from '../contracts/config/schema';
import { createFileSource } from './files/file-source';
import { createGeneratedSource } from './generated';
import type { BarSource } from './port';

/** The source that a configuration names. Relative paths start at `baseDir`; archives are unpacked in `tempDir`. */
export function openSource(
  config: SourceConfig,
  places: { readonly baseDir: string; readonly tempDir: string },
): BarSource {
  switch (config.kind) {
    case 'generated':
      return createGeneratedSource(config);
    case 'files':
      return createFileSource(config, places);
  }
}
