import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitOf, projectRoot } from '../../../shared/runtime/commit';

const folder = mkdtempSync(join(tmpdir(), 'candlewick-commit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A project's folder with the files that are given. */
function project(name: string, files: Readonly<Record<string, string>>): string {
  const root = join(folder, name);
  mkdirSync(root);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text);
  return root;
}

it('is what the image was built from, where there is no checkout', () => {
  const written = '0123456789abcdef0123456789abcdef01234567';
  expect(commitOf(project('image', { COMMIT: `${written}\n` }))).toBe(written);
});

it('is what git says in a checkout, whatever a file says', () => {
  const root = project('checkout', { COMMIT: 'old\n' });
  const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' });
  git('init', '--quiet');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '--quiet', '--allow-empty', '-m', 'first');
  expect(commitOf(root)).toBe(git('rev-parse', 'HEAD').trim());
});

it.each([{}, { COMMIT: 'unknown\n' }, { COMMIT: '' }])('is none with neither: %j', (files) => {
  expect(
    commitOf(
      project(
        `none-${String(Object.keys(files))}-${String(Object.values(files).join().length)}`,
        files as Record<string, string>,
      ),
    ),
  ).toBeNull();
});

it('of this code is looked for at the folder with the lock file', () => {
  expect(projectRoot(__dirname)).toBe(join(__dirname, '..', '..', '..'));
});
