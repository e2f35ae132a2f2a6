import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canMakeSmallDisk, runOnSmallDisk } from '../../support/small-disk';

const folder = mkdtempSync(join(tmpdir(), 'candlewick-small-disk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The same cases with a store that answers ENOSPC run everywhere (checkpoint-cases.ts).
const onRealDisk = canMakeSmallDisk(folder) ? it : it.skip;

onRealDisk('a checkpoint on a disk that is really full is refused whole, and the ones before stay', () => {
  const told = runOnSmallDisk({
    folder,
    sizeBytes: 1_000_000,
    command: process.execPath,
    args: [join(__dirname, 'children/full-disk-checkpoints.cjs'), folder],
  });
  expect(JSON.parse(told)).toEqual({
    code: 'StorageFull',
    message: expect.stringMatching(/^no space is left in .* for the checkpoint at step 4 \(0\.9 MB\)/) as string,
    temporary: [],
    same: true,
    latest: 3,
    afterwards: 5,
  });
});
