import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileObjectStore } from '../../../shared/store/file-object-store';
import { createMemoryObjectStore } from '../../support/memory-object-store';
import { describeTrialLedger } from './trial-ledger-cases';

describeTrialLedger('folder', () => {
  const root = mkdtempSync(join(tmpdir(), 'candlewick-trials-'));
  return Promise.resolve({
    store: createFileObjectStore(root),
    remove: () => rm(root, { recursive: true, force: true }),
  });
});

describeTrialLedger('memory', () =>
  Promise.resolve({ store: createMemoryObjectStore(), remove: () => Promise.resolve() }),
);
