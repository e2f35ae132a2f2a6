import { evaluate, refusalOf } from './evaluate';
import { temporaryFolder, writeFiles } from './temporary-folder';

const folder = temporaryFolder();

const lock = {
  packages: {
    '': { name: 'candlewick' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/a-darwin': { version: '1.0.0', integrity: 'sha512-d', optional: true },
  },
};
const installed = { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } } };
const matches = (found: unknown): unknown =>
  evaluate(['dependencies'], 'return m.matchesLock(input.lock, input.found);', { lock, found });

describe('dependencies', () => {
  it('adopts an installation that holds every package of the lock but those of other platforms', () => {
    expect(matches(installed)).toBe(true);
  });

  it.each([
    ['nothing installed', null],
    ['a package missing', { packages: {} }],
    ['another version', { packages: { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } } }],
    ['other bytes', { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-b' } } }],
    ['one too many', { packages: { ...installed.packages, 'node_modules/z': { version: '1.0.0' } } }],
  ])('installs anew with %s', (_name, found) => {
    expect(matches(found)).toBe(false);
  });

  it('is ready only after a finished installation of this very lock file', () => {
    writeFiles(folder(), { 'package-lock.json': '{"packages":{}}', 'node_modules/half/package.json': '{}' });
    const ready = (): unknown => evaluate(['dependencies'], 'return m.dependenciesReady(input);', folder());
    expect(ready()).toBe(false);
    evaluate(
      ['stamp', 'paths'],
      `m.writeAtomically(input + '/node_modules/.candlewick-lock-hash', m.hashText(m.PLATFORM + '\\n' + '{"packages":{}}'));`,
      folder(),
    );
    expect(ready()).toBe(true);
    writeFiles(folder(), { 'package-lock.json': '{"packages":{"node_modules/new":{}}}' });
    expect(ready()).toBe(false);
  });

  it('says in one sentence that npm is missing', () => {
    writeFiles(folder(), { 'package-lock.json': '{"packages":{}}', 'bin/.keep': '' });
    const body = `await m.setUpDependencies(input, { PATH: input + '/bin' });`;
    expect(refusalOf(['dependencies'], body, folder())).toBe(
      'The packages are not installed: npm was not found; install Node.js with its npm, then run ./candlewick setup again.',
    );
  });

  it('finds the processes of this checkout, but neither itself, its ancestors nor another checkout', () => {
    const list = [
      { pid: 1, parent: 0, args: 'node /c/dist/cli/main.js start' },
      { pid: 21, parent: 1, args: 'node /c/dist/workers/main.js' },
      { pid: 22, parent: 1, args: 'node /other/dist/workers/main.js' },
      { pid: 23, parent: 1, args: 'node /c/node_modules/jest/bin/jest.js' },
      { pid: 24, parent: 1, args: 'node /c/node_modules/typescript/lib/tsserver.js' },
    ];
    const body = `return m.processesUsing('/c', [...input, { pid: process.pid, parent: 1, args: 'node /c/dist/x.js' }]).map(({ pid }) => pid);`;
    expect(evaluate(['running-processes'], body, list)).toEqual([21, 23]);
  });

  it('ends the npm that a killed set-up left behind, and no process that got its number since', () => {
    const body = `
      const { spawn } = await import('node:child_process');
      const { once } = await import('node:events');
      const results = [];
      for (const name of ['npm ci', 'other']) {
        const script = 'process.title = ' + JSON.stringify(name) + '; console.log(1); setTimeout(() => process.exit(7), 500)';
        const child = spawn(process.execPath, ['-e', script], { detached: true });
        await once(child.stdout, 'data');
        m.writeAtomically(input + '/dist/.npm-ci-pid', String(child.pid));
        const ended = once(child, 'exit');
        m.endOrphanedInstall(input);
        const [code, signal] = await ended;
        results.push(signal ?? code);
      }
      return results;`;
    expect(evaluate(['dependencies', 'stamp'], body, folder())).toEqual(['SIGKILL', 7]);
  });
});
