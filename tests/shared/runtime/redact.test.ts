import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRedactor } from '../../../shared/runtime/redact';

describe('what is a secret', () => {
  it.each([
    ['CANDLEWICK_SECRET_VENDOR', true],
    ['AWS_SECRET_ACCESS_KEY', true],
    ['AWS_SESSION_TOKEN', true],
    ['TEMPORAL_API_KEY', true],
    ['PGPASSWORD', true],
    ['CANDLEWICK_STORE', false],
    ['HOME', false],
  ])('of the environment: %s %s', (name, isSecret) => {
    const redact = createRedactor({ [name]: 'value-of-it' });
    expect(redact('with value-of-it.')).toBe(isSecret ? 'with [secret].' : 'with value-of-it.');
  });

  it('of the folder of secrets: each file, with or without its line end', () => {
    const folder = mkdtempSync(join(tmpdir(), 'candlewick-secrets-'));
    writeFileSync(join(folder, 'vendor-key'), 'k3y/of=vendor\n');
    const redact = createRedactor({ CANDLEWICK_SECRETS: folder });
    rmSync(folder, { recursive: true });
    expect(redact('?key=k3y%2Fof%3Dvendor and k3y/of=vendor')).toBe('?key=[secret] and [secret]');
  });

  it('of a folder and a key file that are renewed while the process runs, the old ones too', () => {
    const folder = mkdtempSync(join(tmpdir(), 'candlewick-secrets-'));
    const keyFile = join(folder, 'temporal-key');
    const secrets = join(folder, 'secrets');
    mkdirSync(secrets);
    writeFileSync(keyFile, 'first-key\n');
    writeFileSync(join(secrets, 'vendor-key'), 'first-vendor');
    let nowMs = 0;
    const redact = createRedactor({ CANDLEWICK_SECRETS: secrets, TEMPORAL_API_KEY_FILE: keyFile }, () => nowMs);
    writeFileSync(keyFile, 'second-key\n');
    writeFileSync(join(secrets, 'vendor-key'), 'second-vendor');
    nowMs = 60_000;
    expect(redact('first-key second-key first-vendor second-vendor')).toBe('[secret] [secret] [secret] [secret]');
    rmSync(folder, { recursive: true });
    nowMs = 120_000;
    expect(redact('first-key second-key first-vendor second-vendor')).toBe('[secret] [secret] [secret] [secret]');
  });

  it.each([
    ['https://me:pass-word@host/x', 'https://[secret]@host/x'],
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer [secret]'],
    ['{"apiKey":"abcdef12"}', '{"apiKey":"[secret]"}'],
    ['?X-Amz-Signature=deadbeef00&x=1', '?X-Amz-Signature=[secret]&x=1'],
    ['--api-key=12345678', '--api-key=[secret]'],
  ])('by its place: %s', (text, hidden) => {
    expect(createRedactor({})(text)).toBe(hidden);
  });

  it('leaves everything else as it is', () => {
    const text = 'StoreUnavailable at step 120: http://127.0.0.1:9000/bucket/key refused; tokens: 3';
    expect(createRedactor({ CANDLEWICK_SECRET_X: 'a' })(text)).toBe(text);
  });
});
