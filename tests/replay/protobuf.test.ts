import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Replay from JSON compares protobuf types by identity: two copies of protobufjs below `@temporalio` break it. A direct
 * dependency on one protobufjs 8 keeps npm from nesting copies; this test notices when it does not any more.
 */
describe('protobufjs', () => {
  it('is one copy of major 8 for every Temporal package that reads histories', () => {
    const copies = ['@temporalio/common', '@temporalio/proto', '@temporalio/worker', '@temporalio/client'].map((name) =>
      dirname(createRequire(require.resolve(name)).resolve('protobufjs/package.json')),
    );
    expect(new Set(copies).size).toBe(1);
    const { version } = JSON.parse(readFileSync(join(copies[0]!, 'package.json'), 'utf8')) as { version: string };
    expect(version).toMatch(/^8\./);
  });
});
