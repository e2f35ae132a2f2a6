import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ERRORS } from '../../shared/names/errors';
import { dashboards, rules } from '../support/metric-names';
import { assertPrometheusIsThere, promtool } from '../support/prometheus';

const INFRA = join(__dirname, '../../infra');

beforeAll(assertPrometheusIsThere);

it('promtool accepts configuration and rules', () => {
  expect(promtool(['check', 'config', 'infra/prometheus/prometheus.yml'])).toContain('SUCCESS');
  expect(promtool(['check', 'rules', 'infra/prometheus/rules/candlewick.yml'])).toContain('SUCCESS');
});

it('every alert fires where it should, and not before', () => {
  const path = 'infra/prometheus/tests/candlewick.test.yml';
  expect(promtool(['test', 'rules', path])).toContain('SUCCESS');
  const { tests } = parse(readFileSync(join(INFRA, '..', path), 'utf8')) as {
    tests: readonly { readonly name: string }[];
  };
  const alerts = rules().flatMap(({ alert }) => (alert === undefined ? [] : [alert]));
  expect(tests.map(({ name }) => name).sort()).toEqual([...alerts].sort());
});

it('every alert names a place in the documentation that is there', () => {
  const anchors = (file: string): readonly string[] =>
    [...readFileSync(join(INFRA, '..', file), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
  const places = rules().flatMap(({ alert, annotations }) => (alert === undefined ? [] : (annotations?.runbook ?? '')));
  expect(places.length).toBeGreaterThan(10);
  // What a label stands for: the code of a failure.
  const named = places.flatMap((place) =>
    place.includes('$labels.code')
      ? Object.keys(ERRORS).map((code) => place.replace('{{ $labels.code | toLower }}', code.toLowerCase()))
      : place,
  );
  const missing = named.filter((place) => {
    const [file = '', anchor = ''] = place.split('#');
    return !/^docs\/\w+\.md$/.test(file) || !anchors(file).includes(anchor);
  });
  expect(missing).toEqual([]);
});

it('dashboards are of a known schema, ask the provisioned data source, and name each panel once', () => {
  const source = parse(readFileSync(join(INFRA, 'grafana/provisioning/datasources/prometheus.yml'), 'utf8')) as {
    datasources: readonly [{ readonly uid: string }];
  };
  const [{ uid }] = source.datasources;
  expect(dashboards().map((dashboard) => dashboard.uid)).toEqual([
    'candlewick-operations',
    'candlewick-store-queues',
    'candlewick-training',
  ]);
  for (const { schemaVersion, panels } of dashboards()) {
    expect(schemaVersion).toBe(39);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { type, datasource, targets = [] } of panels) {
      expect(['row', 'stat', 'timeseries']).toContain(type);
      expect(targets.length > 0).toBe(type !== 'row');
      for (const target of targets) expect(target.datasource.uid).toBe(uid);
      if (type !== 'row') expect(datasource?.uid).toBe(uid);
    }
  }
});
