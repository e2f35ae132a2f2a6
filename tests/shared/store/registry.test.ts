import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileObjectStore } from '../../../shared/store/file-object-store';
import { createMemoryObjectStore } from '../../support/memory-object-store';
import { describeRegistry } from './registry-cases';

describeRegistry('folder', () => {
  const root = mkdtempSync(join(tmpdir(), 'candlewick-registry-'));
  return Promise.resolve({
    store: createFileObjectStore(root),
    remove: () => rm(root, { recursive: true, force: true }),
  });
});

describeRegistry('memory', () =>
  Promise.resolve({ store: createMemoryObjectStore(), remove: () => Promise.resolve() }),
);
