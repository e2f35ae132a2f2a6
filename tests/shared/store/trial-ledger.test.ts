import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createFileObjectStore } from '../../../shared/store/file-object-store';
import { ENTRIES_PER_CHECKPOINT, createTrialLedger } from '../../../shared/store/trial-ledger';
import { createMemoryObjectStore } from '../../support/memory-object-store';
import { describeTrialLedger, trialOf } from './trial-ledger-cases';

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

describe('trial ledger: two processes', () => {
  it('enter at once, across a checkpoint, and lose nothing', async () => {
    const root = mkdtempSync(join(tmpdir(), 'candlewick-trials-'));
    const before = Array.from({ length: ENTRIES_PER_CHECKPOINT - 10 }, (_, i) => trialOf(i + 1));
    const ledger = createTrialLedger(createFileObjectStore(root));
    await ledger.enter('metals', 'XAG', before, '2026-03-02T06:00:00.000Z');
    const child = (from: number, to: number) =>
      promisify(execFile)(process.execPath, [
        join(__dirname, 'children/enter-trials.cjs'),
        ...[root, String(from), String(to), JSON.stringify(trialOf(1))],
      ]);
    await Promise.all([child(200, 224), child(215, 240)]);
    const { entries } = await ledger.read('metals', 'XAG');
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: before.length + 41 }, (_, i) => i + 1));
    expect(new Set(entries.map(({ trial }) => trial.key)).size).toBe(entries.length);
    expect(entries[ENTRIES_PER_CHECKPOINT]?.checkpoint).toMatch(/^[0-9a-f]{64}$/);
    await rm(root, { recursive: true, force: true });
  });
});
