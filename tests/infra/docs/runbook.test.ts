import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderRunbook } from '../../../infra/docs/runbook';
import { PROCEDURES } from '../../../infra/docs/runbook-procedures';
import { ERRORS } from '../../../shared/names/errors';

const ROOT = join(__dirname, '../../..');
const text = (): string => readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8');

it('docs/runbook.md is what is rendered', () => {
  expect(text()).toBe(renderRunbook());
});

it('has a section for every code of the error table and for no other', () => {
  expect(Object.keys(PROCEDURES).sort()).toEqual(Object.keys(ERRORS).sort());
  const headings = [...text().matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
  expect(
    headings.filter((name) => name !== undefined && /^[A-Z]\w*[A-Z]\w*$|^Fenced$|^Cancelled$|^Unexpected$/.test(name)),
  ).toEqual(Object.keys(ERRORS));
});

it.each(Object.entries(PROCEDURES))('%s says everything that is needed at three in the morning', (_code, procedure) => {
  for (const part of Object.values(procedure) as (string | readonly string[])[]) {
    expect(part.length).toBeGreaterThan(0);
    for (const line of typeof part === 'string' ? [part] : part) expect(line.trim().length).toBeGreaterThan(5);
  }
});

it('types only commands that there are', () => {
  const program = ['operate', 'run', 'store', 'machine', 'model', 'promotion', 'schedule']
    .map((group) => readFileSync(join(ROOT, `cli/program/${group}-commands.ts`), 'utf8'))
    .join('\n');
  const typed = new Set([...text().matchAll(/\.\/candlewick ([a-z]+)/g)].map(([, name]) => name));
  expect(typed.size).toBeGreaterThan(10);
  expect([...typed].filter((name) => !new RegExp(`command\\('${name ?? ''}\\b`).test(program))).toEqual([]);
});
