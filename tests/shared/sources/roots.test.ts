import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { findFiles } from '../../../shared/sources/files/find-files';
import { sourceFault } from '../../../shared/sources/port';
import { createFolder } from './support';

const folder = createFolder();
const root = join(folder.path, 'allowed');
mkdirSync(join(root, 'deep'), { recursive: true });
mkdirSync(join(folder.path, 'allowed-not'));
folder.write('allowed/IN.csv', 'time\n');
folder.write('allowed/deep/IN2.csv', 'time\n');
folder.write('OUT.csv', 'time\n');
folder.write('allowed-not/OUT2.csv', 'time\n');
symlinkSync(join(folder.path, 'OUT.csv'), join(root, 'LINK.csv'));
symlinkSync(folder.path, join(root, 'up'));
symlinkSync(join(root, 'IN.csv'), join(root, 'deep', 'INSIDE.csv'));
afterAll(() => folder.remove());

const find = (pattern: string) => findFiles([pattern], root, [root]);

async function codeOf(pattern: string): Promise<string> {
  try {
    await find(pattern);
    return 'found';
  } catch (error) {
    return sourceFault(error)?.code ?? `no source fault: ${String(error)}`;
  }
}

describe('sources below the allowed folders', () => {
  it.each(['IN.csv', './deep/IN2.csv', 'deep/*.csv', 'deep/../IN.csv', join(root, 'IN.csv'), `${root}/**/IN*.csv`])(
    'finds %s',
    async (pattern) => {
      expect((await find(pattern)).length).toBeGreaterThan(0);
    },
  );

  it('follows a link that stays inside', async () => {
    expect((await find('deep/INSIDE.csv')).map(({ symbol }) => symbol)).toEqual(['INSIDE']);
  });

  it.each([
    '../OUT.csv',
    'deep/../../OUT.csv',
    '../allowed-not/OUT2.csv',
    '/etc/passwd',
    '/etc/*',
    '/*/*',
    '../*.csv',
    '*/../../OUT.csv',
    'LINK.csv',
    'L*.csv',
    'up/OUT.csv',
    'up/*.csv',
    '{up,deep}/OUT.csv',
    'IN.csv\0.csv',
    '../does-not-exist.csv',
  ])('refuses %s', async (pattern) => {
    expect(await codeOf(pattern)).toBe('SourceForbidden');
  });

  it('does not tell whether a file outside exists', async () => {
    const words = async (pattern: string) => await find(pattern).then(String, (error: unknown) => String(error));
    expect((await words('../OUT.csv')).replace('OUT', 'X')).toBe((await words('../NONE.csv')).replace('NONE', 'X'));
  });

  it('refuses a pipe, which would never end', async () => {
    execFileSync('mkfifo', [join(root, 'PIPE.csv')]);
    expect(await codeOf('PIPE.csv')).toBe('InvalidSource');
  });

  it('gives nothing from outside, whatever is asked for', async () => {
    const part = fc.oneof(
      fc.constantFrom(
        '..',
        '.',
        '*',
        '**',
        'up',
        'deep',
        '',
        '{..,up}',
        '[.][.]',
        '?(..)',
        '~',
        '%2e%2e',
        'CON',
        '..\\',
      ),
      fc.string({ maxLength: 6, unit: 'grapheme' }),
    );
    const pattern = fc.tuple(
      fc.constantFrom('', '/', './', `${folder.path}/`),
      fc.array(part, { minLength: 1, maxLength: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(pattern, async ([start, parts]) => {
        const asked = `${start}${parts.join('/')}`;
        try {
          for (const { path } of await find(asked)) expect(path.startsWith(`${root}/`)).toBe(true);
        } catch (error) {
          if (sourceFault(error) === null) throw error;
        }
      }),
      { numRuns: 300, examples: [[['', [' ', '', '']]]] },
    );
  });
});
