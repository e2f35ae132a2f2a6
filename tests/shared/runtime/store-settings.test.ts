import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../../shared/runtime/settings';
import type { S3StoreLocation } from '../../../shared/runtime/settings/store-settings';

const s3Of = (env: NodeJS.ProcessEnv): S3StoreLocation => {
  const { store } = readSettings(env, '/project');
  if (store.kind !== 's3') throw new Error('expected a bucket');
  return store;
};

describe('settings of a store in a bucket', () => {
  it('needs its address only: Amazon itself, the SDK’s own credentials', () => {
    const settings = readSettings({ CANDLEWICK_STORE: 's3://models/desk/fx' }, '/project');
    expect(settings.storeRoot).toBe('s3://models/desk/fx');
    expect(settings.store).toEqual({
      kind: 's3',
      bucket: 'models',
      prefix: 'desk/fx/',
      region: 'us-east-1',
      endpoint: null,
      pathStyle: false,
      attempts: 8,
      timeoutMs: 20_000,
      secrets: null,
    });
  });

  it.each([
    ['s3://models', '', 's3://models'],
    ['s3://models/', '', 's3://models'],
    ['s3://models/a/', 'a/', 's3://models/a'],
  ])('reads %s', (address, prefix, root) => {
    expect(s3Of({ CANDLEWICK_STORE: address }).prefix).toBe(prefix);
    expect(readSettings({ CANDLEWICK_STORE: address }, '/').storeRoot).toBe(root);
  });

  it.each(['s3://', 's3:/models', 's3://Models', 's3://m', 's3://models//a', 's3://models/../a', 's3://models/a b'])(
    'refuses %s, naming the variable',
    (address) => {
      expect(() => readSettings({ CANDLEWICK_STORE: address }, '/')).toThrow(
        /CANDLEWICK_STORE: .*s3:\/\/bucket\/prefix/,
      );
    },
  );

  it('puts the bucket into the path where an endpoint is given, unless told not to', () => {
    const given = { CANDLEWICK_STORE: 's3://models', CANDLEWICK_S3_ENDPOINT: 'http://127.0.0.1:7070' };
    expect(s3Of(given)).toMatchObject({ endpoint: 'http://127.0.0.1:7070', pathStyle: true });
    expect(s3Of({ ...given, CANDLEWICK_S3_PATH_STYLE: 'false' }).pathStyle).toBe(false);
    expect(s3Of({ CANDLEWICK_STORE: 's3://models', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }).endpoint).toBe(
      'http://127.0.0.1:1',
    );
  });

  it('takes region, tries and patience', () => {
    const given = {
      CANDLEWICK_STORE: 's3://models',
      AWS_REGION: 'eu-west-1',
      CANDLEWICK_S3_ATTEMPTS: '3',
      CANDLEWICK_S3_TIMEOUT_SECONDS: '7',
    };
    expect(s3Of(given)).toMatchObject({ region: 'eu-west-1', attempts: 3, timeoutMs: 7_000 });
    expect(s3Of({ ...given, CANDLEWICK_S3_REGION: 'eu-central-1' }).region).toBe('eu-central-1');
    expect(s3Of({ CANDLEWICK_STORE: 's3://models', CANDLEWICK_S3_ATTEMPTS: '0' }).attempts).toBe(1);
  });

  it.each(['ftp://host', 'host:7070', 'http://key:secret@host'])(
    'refuses the endpoint %s without repeating it',
    (url) => {
      const wrong = { CANDLEWICK_S3_ENDPOINT: url };
      expect(() => readSettings(wrong, '/')).toThrow(/CANDLEWICK_S3_ENDPOINT: /);
      expect(() => readSettings(wrong, '/')).not.toThrow(/secret@/);
    },
  );

  it('reads mounted secrets when they are asked for, and holds none of them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'candlewick-secrets-'));
    writeFileSync(join(folder, 's3-access-key'), 'key-1\n');
    const given = { CANDLEWICK_STORE: 's3://models', CANDLEWICK_SECRETS: folder };
    const settings = readSettings(given, '/');
    expect(JSON.stringify(settings)).not.toContain('key-1');
    writeFileSync(join(folder, 's3-access-key'), 'key-2\n');
    expect(s3Of(given).secrets?.('s3-access-key')).toBe('key-2');
    rmSync(folder, { recursive: true });
    expect(s3Of({ CANDLEWICK_STORE: 's3://models' }).secrets).toBeNull();
  });
});
