import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate, refusalOf } from './evaluate';
import { temporaryFolder, writeFiles } from './temporary-folder';

const folder = temporaryFolder();

/** A program that answers with `text`, on a PATH that holds nothing else. */
function program(name: string, text: string, exitCode = 0): void {
  writeFiles(folder(), { [`bin/${name}`]: `#!/bin/sh\necho '${text}'\nexit ${String(exitCode)}\n` });
  chmodSync(join(folder(), 'bin', name), 0o755);
}

const LIGHTGBM = `await m.setUpLightgbm(input + '/cache', { PATH: input + '/bin' });`;
const NO_PYTHON =
  'LightGBM is not set up: no python3 with pip was found; install it, or point CANDLEWICK_LIGHTGBM_LIB at lib_lightgbm.so, then run ./candlewick setup again.';

describe('what is said when a native part cannot be had', () => {
  it('no Python', () => {
    expect(refusalOf(['lightgbm'], LIGHTGBM, folder())).toBe(NO_PYTHON);
  });

  it('a Python without pip', () => {
    program('python3', 'No module named pip', 1);
    expect(refusalOf(['lightgbm'], LIGHTGBM, folder())).toBe(NO_PYTHON);
  });

  it('no Go', () => {
    const body = `await m.buildTemporal(input + '/cache', { PATH: input + '/bin' });`;
    expect(refusalOf(['temporal-server'], body, folder())).toBe(
      'The Temporal server is not set up: it could not be downloaded and no Go to build it with was found; install Go, or point CANDLEWICK_TEMPORAL_CLI at a temporal binary, then run ./candlewick setup again.',
    );
  });

  it('a Go that reaches no module proxy', () => {
    program('go', 'dial tcp: lookup failed', 1);
    const body = `await m.buildTemporal(input + '/cache', { PATH: input + '/bin' });`;
    expect(refusalOf(['temporal-server'], body, folder())).toContain('nor the Go module proxy can be reached');
  });

  it('no Go for the S3 server of the tests', () => {
    const body = `await m.setUpS3Server(input + '/cache', { PATH: input + '/bin' });`;
    expect(refusalOf(['s3-server'], body, folder())).toBe(
      'The S3 server of the tests is not set up: no Go to build it with was found; install Go, or point CANDLEWICK_S3_SERVER at a versitygw binary, then run npm test again.',
    );
    program('go', 'dial tcp: lookup failed', 1);
    expect(refusalOf(['s3-server'], body, folder())).toContain('the Go module proxy cannot be reached');
  });

  it('an S3 server that is named and is none', () => {
    program('versitygw', 'something else');
    const body = `await m.setUpS3Server(input + '/cache', { PATH: '', CANDLEWICK_S3_SERVER: input + '/bin/versitygw' });`;
    expect(refusalOf(['s3-server'], body, folder())).toMatch(
      /^CANDLEWICK_S3_SERVER names .*versitygw, which is not a versitygw that runs/,
    );
  });

  it('takes an S3 server from the PATH, and only the tests ask for one', () => {
    program('versitygw', 'Version  : v1.8.0');
    const body = `const cache = input + '/cache'; const env = { PATH: input + '/bin' };
      const before = m.s3ServerReady(cache, env);
      await m.setUpS3Server(cache, env);
      return [before, m.s3ServerReady(cache, env), m.s3ServerReady(cache, { CANDLEWICK_S3_SERVER: '/none' })];`;
    expect(evaluate(['s3-server'], body, folder())).toEqual([false, true, false]);
  });

  it('an index that does not answer: the reason in the sentence, and no half-made folder left', () => {
    // The first call is for pip's version, any other fails.
    writeFiles(folder(), {
      'bin/python3': `#!/bin/sh\n[ "$3" = --version ] && echo 'pip 23 (python 3.11)' && exit 0\necho 'connection timed out'\nexit 1\n`,
    });
    chmodSync(join(folder(), 'bin', 'python3'), 0o755);
    expect(refusalOf(['lightgbm'], LIGHTGBM, folder())).toBe(
      'LightGBM is not set up: the Python package index cannot be reached; point CANDLEWICK_LIGHTGBM_LIB at lib_lightgbm.so, then run ./candlewick setup again.',
    );
    expect(readdirSync(join(folder(), 'cache'))).toEqual([]);
  });

  it.each([
    ['THESE PACKAGES DO NOT MATCH THE HASHES', 'its hash differs'],
    ['OSError: [Errno 28] No space left on device', 'the disk is full'],
    ['ERROR: No matching distribution found for lightgbm', 'does not offer the pinned wheel'],
    ['something else', 'pip could not download'],
  ])('pip says %s', (output, reason) => {
    expect(evaluate(['python-wheel'], 'return m.reasonOf(input);', output)).toContain(reason);
  });

  it('an environment variable that names no usable file', () => {
    program('temporal', 'not what you think');
    const temporal = `await m.setUpTemporal(input + '/cache', input, { CANDLEWICK_TEMPORAL_CLI: input + '/bin/temporal' });`;
    expect(refusalOf(['temporal-server'], temporal, folder())).toMatch(
      /^CANDLEWICK_TEMPORAL_CLI names .*not a Temporal CLI that runs; point it/,
    );
    const lightgbm = `await m.setUpLightgbm(input + '/cache', { CANDLEWICK_LIGHTGBM_LIB: input + '/none.so' });`;
    expect(refusalOf(['lightgbm'], lightgbm, folder())).toMatch(
      /^CANDLEWICK_LIGHTGBM_LIB names .*does not exist; point it/,
    );
  });
});

describe('the Temporal CLI', () => {
  it('is taken from the PATH and recorded with its version and hash', () => {
    program('temporal', 'temporal version 1.6.0 (Server 1.30.0, UI 2.43.0)');
    const body = `
      await m.setUpTemporal(input + '/cache', input, { PATH: input + '/bin' });
      return m.readManifest(input + '/cache').parts.temporal;`;
    expect(evaluate(['temporal-server', 'native-manifest'], body, folder())).toMatchObject({
      path: join(folder(), 'bin', 'temporal'),
      version: '1.6.0 (Server 1.30.0, UI 2.43.0)',
      from: 'PATH',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    });
  });

  it('gives a download up ten seconds after its last new byte, and not before', () => {
    const body = `
      let now = 0; let size = 0;
      const stalled = m.stallWatch(() => size, { now: () => now });
      return input.map(([at, bytes]) => { now = at; size = bytes; return stalled(); });`;
    const course = [
      [9_999, 0],
      [9_999, 5],
      [19_998, 5],
      [19_998, 6],
      [29_997, 6],
      [29_998, 6],
    ];
    expect(evaluate(['stall-watch'], body, course)).toEqual([false, false, false, false, false, true]);
  });
});

describe('the libgomp of a wheel', () => {
  const rename = `return m.withSystemName(Buffer.from(input), 'libgomp-0a1b2c3d.so.1.0.0').toString('latin1');`;

  it('gets back the name that LightGBM asks for, at the same length', () => {
    expect(evaluate(['libgomp'], rename, 'head\0libgomp-0a1b2c3d.so.1.0.0\0tail')).toBe(
      `head\0libgomp.so.1${'\0'.repeat(14)}tail`,
    );
  });

  it.each(['no such name', 'libgomp-0a1b2c3d.so.1.0.0\0 twice libgomp-0a1b2c3d.so.1.0.0\0'])(
    'is refused when it is not as expected: %s',
    (bytes) => {
      expect(refusalOf(['libgomp'], rename, bytes)).toContain('is not as expected');
    },
  );
});
