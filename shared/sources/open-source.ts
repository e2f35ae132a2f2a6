import type { SourceConfig } from '../contracts/config/schema';
import { createFileSource } from './files/file-source';
import { createGeneratedSource } from './generated';
import { createHttpSource } from './http/http-source';
import type { VendorAccess } from './http/vendor-access';
import type { BarSource } from './port';

/** The source that a configuration names. Relative paths start at `baseDir`; archives are unpacked in `tempDir`; `vendors` asks vendors. */
export function openSource(
  config: SourceConfig,
  places: {
    readonly baseDir: string;
    readonly tempDir: string;
    /** Folders below which files may be read; null: anywhere. */
    readonly roots: readonly string[] | null;
    readonly vendors: VendorAccess;
  },
): BarSource {
  switch (config.kind) {
    case 'generated':
      return createGeneratedSource(config);
    case 'files':
      return createFileSource(config, places);
    case 'http':
      return createHttpSource(config, places.vendors);
  }
}
