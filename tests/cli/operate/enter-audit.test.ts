import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { enterRunChange } from '../../../cli/operate/enter-audit';
import { withRegistry } from '../../../cli/registry-session';
import { createAuditLog } from '../../../shared/store/audit-log';
import { openObjectStore } from '../../../shared/store/open-store';
import { identifyStore } from '../../../shared/store/store-identity';
import { commandContext } from '../../support/command-context';

const CHANGE = { command: 'runs cancel', subject: 'run-1' };

describe('what an operator did', () => {
  it('is entered in the audit log of the store', async () => {
    const context = commandContext('127.0.0.1:1');
    const objects = openObjectStore(context.settings);
    await identifyStore(objects);
    await enterRunChange(context, CHANGE, { who: 'ada', why: 'a test' });
    const { entries } = await createAuditLog(objects).read({});
    expect(entries).toMatchObject([{ who: 'ada', subject: 'run-1', why: 'a test' }]);
    expect(context.lines).toEqual([]);
  });

  it('is not written where the folder of the store is not mounted, and that is said', async () => {
    const context = commandContext('127.0.0.1:1');
    await enterRunChange(context, CHANGE, { who: 'ada', why: 'a test' });
    expect(context.lines).toEqual([expect.stringMatching(/^done, but not entered in the audit log: .*not mounted/)]);
    await withRegistry(context, async ({ registry, audit }) => {
      expect((await registry.models()).models).toEqual([]);
      const entry = { at: '2026-03-02T06:00:00.000Z', who: 'ada', subject: 'x', why: 'why', details: {} };
      await expect(audit.append('id', { ...entry, action: 'promoted' })).rejects.toMatchObject({
        code: 'StoreUnavailable',
      });
    });
    expect(existsSync(join(context.settings.storeRoot, 'audit'))).toBe(false);
  });
});
