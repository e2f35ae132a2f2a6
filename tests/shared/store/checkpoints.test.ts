import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileObjectStore } from '../../../shared/store/file-object-store';
import { createMemoryObjectStore } from '../../support/memory-object-store';
import { describeCheckpoints } from './checkpoint-cases';

describeCheckpoints('memory', () =>
  Promise.resolve({ store: createMemoryObjectStore(), remove: () => Promise.resolve() }),
);

describeCheckpoints('folder', () => {
  const root = mkdtempSync(join(tmpdir(), 'candlewick-checkpoints-'));
  return Promise.resolve({
    store: createFileObjectStore(root),
    remove: () => rm(root, { recursive: true, force: true }),
  });
});
