import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '..', '..', 'docs', 'decisions');
const decisions = readdirSync(FOLDER).filter((file) => /^\d{4}-/.test(file));

describe('the index of decisions', () => {
  const index = readFileSync(join(FOLDER, 'README.md'), 'utf8');

  it.each(decisions)('lists %s by its own title', (file) => {
    const [, number = '', title = ''] = /^# (\d{4}): (.+)$/m.exec(readFileSync(join(FOLDER, file), 'utf8')) ?? [];
    expect(file.startsWith(`${number}-`)).toBe(true);
    expect(index).toContain(`| [${number}](${file}) | ${title} |`);
  });

  it('lists nothing else', () => {
    expect(index.match(/^\| \[/gm)).toHaveLength(decisions.length);
  });
});
