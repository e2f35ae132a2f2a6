import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sourcesBelow } from '../support/sources';

const ROOT = resolve(__dirname, '..', '..');
const SETTINGS = join(ROOT, 'shared', 'runtime', 'settings');
/** Told on pages of their own. */
const ELSEWHERE = [/^CANDLEWICK_ALERT/, /^CANDLEWICK_UI_URL$/];

const pageOf = (name: string): string => readFileSync(join(ROOT, 'docs', name), 'utf8');
const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\b(?:CANDLEWICK|TEMPORAL)_[A-Z0-9]+(?:_[A-Z0-9]+)*\b/g)].map(([name]) => name);

describe('docs/settings.md', () => {
  const told = new Set(namesIn(pageOf('settings.md')));

  it('names every variable that the settings read', () => {
    const read = sourcesBelow(SETTINGS, ['.']).flatMap((text) =>
      [...text.matchAll(/^ {2}((?:CANDLEWICK|TEMPORAL)_[A-Z0-9_]+):/gm)].map(([, name]) => name ?? ''),
    );
    expect(read.length).toBeGreaterThan(20);
    const untold = [...new Set(read)].filter(
      (name) => !told.has(name) && !ELSEWHERE.some((pattern) => pattern.test(name)),
    );
    expect(untold).toEqual([]);
  });

  it('names no variable that nobody reads', () => {
    const rooms = ['shared', 'workers', 'cli', 'activities', 'training', 'inference'];
    const read = new Set(sourcesBelow(ROOT, rooms).flatMap(namesIn));
    const setUp = new Set(namesIn(readFileSync(join(ROOT, 'tests', 'support', 's3-server.ts'), 'utf8')));
    expect([...told].filter((name) => !read.has(name) && !setUp.has(name))).toEqual([]);
  });
});
