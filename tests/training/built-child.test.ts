import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTrainerPool } from '../../training/pool';

const ENTRY = join(__dirname, '../../dist/activities/child/main.js');

describe('the built compute child', () => {
  const home = mkdtempSync(join(tmpdir(), 'candlewick-child-'));
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('starts under the pool, opens its engines and answers by the checks of the stage', async () => {
    if (!existsSync(ENTRY)) throw new Error(`${ENTRY} is missing: run ./candlewick setup (or npm run build) first.`);
    const pool = createTrainerPool<{ id: string; stage: string; input: unknown }, unknown, unknown>({
      size: 1,
      entry: ENTRY,
      env: { ...process.env, CANDLEWICK_HOME: home, CANDLEWICK_STORE: join(home, 'store') },
      memoryLimitBytes: null,
      logDir: join(home, 'logs'),
    });
    try {
      const options = { onProgress: () => undefined, signal: new AbortController().signal };
      const answered = await pool.run({ id: 'built', stage: 'train', input: { task: 'none' } }, options);
      expect(answered.ok).toBe(false);
      expect(answered.ok ? '' : answered.fault.message).toContain('scope');
    } finally {
      await pool.close();
    }
  });
});
