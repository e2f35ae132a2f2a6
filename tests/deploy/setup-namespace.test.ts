import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { SEARCH_ATTRIBUTES } from '../../shared/names/search-attributes';
import { startTemporalServer, temporalProgram } from '../support/temporal-server';

const run = promisify(execFile);
const SCRIPT = resolve(__dirname, '..', '..', 'infra', 'temporal', 'setup-namespace.sh');
const DAY_S = 86_400;

describe('setup-namespace.sh, against a real server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'candlewick-namespace-'));
  let server: TestWorkflowEnvironment;

  beforeAll(async () => {
    symlinkSync(temporalProgram(), join(folder, 'temporal'));
    server = await startTemporalServer({ server: { log: { level: 'error', format: 'pretty' } } });
  }, 60_000);
  afterAll(async () => {
    await server.teardown();
    rmSync(folder, { recursive: true, force: true });
  });

  const setUp = (retention: string) =>
    run('sh', [SCRIPT], {
      env: {
        PATH: `${folder}:${process.env.PATH ?? ''}`,
        HOME: folder,
        TEMPORAL_ADDRESS: server.address,
        NAMESPACE: 'operations',
        RETENTION: retention,
      },
    });
  const retentionSeconds = async (): Promise<number> => {
    const { config } = await server.connection.workflowService.describeNamespace({ namespace: 'operations' });
    return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  };

  it('makes namespace, retention and search attributes, and may be run again with another retention', async () => {
    const first = await setUp('40d');
    expect(first.stdout).toContain('namespace operations is ready');
    expect(await retentionSeconds()).toBe(40 * DAY_S);
    const { customAttributes } = await server.connection.operatorService.listSearchAttributes({
      namespace: 'operations',
    });
    expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(Object.keys(SEARCH_ATTRIBUTES)) as unknown);
    await setUp('90d');
    expect(await retentionSeconds()).toBe(90 * DAY_S);
  }, 120_000);
});
