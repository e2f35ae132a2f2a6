import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renewMetricDocs } from '../../../infra/docs/metric-docs';
import { METRICS } from '../../../shared/runtime/metrics/declarations';
import { rules } from '../../support/metric-names';

const DOCS = join(__dirname, '../../../docs');
const page = readFileSync(join(DOCS, 'watch.md'), 'utf8');

it('docs/watch.md has the table of the declarations', () => {
  expect(page).toBe(renewMetricDocs(page));
  for (const { name } of Object.values(METRICS)) expect(page).toContain(`| \`${name}\` |`);
});

it('names end in their unit, and counters in _total', () => {
  for (const { name, kind } of Object.values(METRICS)) {
    expect(name.endsWith('_total')).toBe(kind === 'counter');
    if (kind === 'histogram') expect(name).toMatch(/_(seconds|bytes)$/);
  }
});

it('names of symbols and fits stand on gauges only, which can be taken away', () => {
  const unbounded = Object.values(METRICS).filter(({ labels }) =>
    labels.some((label) => ['symbol', 'fit', 'run'].includes(label)),
  );
  expect(unbounded.map(({ kind }) => kind)).toEqual(['gauge', 'gauge', 'gauge']);
});

it('every alert has a severity, a summary and a runbook that is there', () => {
  const alerts = rules().filter(({ alert }) => alert !== undefined);
  expect(alerts.length).toBeGreaterThan(10);
  for (const { alert = '', labels, annotations } of alerts) {
    expect(['critical', 'warning']).toContain(labels?.severity);
    expect(annotations?.summary).toMatch(/\w/);
    expect(annotations?.runbook).toMatch(/^docs\/(watch|runbook)\.md#/);
    expect(page).toContain(`\n### ${alert}\n`);
  }
});
