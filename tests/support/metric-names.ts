import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const INFRA = join(__dirname, '../../infra');
export const DASHBOARDS = join(INFRA, 'grafana/dashboards');
const RULES = join(INFRA, 'prometheus/rules/candlewick.yml');

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
}

export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function dashboards(): readonly Dashboard[] {
  return readdirSync(DASHBOARDS).map((name) => JSON.parse(readFileSync(join(DASHBOARDS, name), 'utf8')) as Dashboard);
}

export function expressionsOfDashboards(): readonly string[] {
  return dashboards().flatMap(({ panels }) => panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)));
}

export function rules(): readonly Rule[] {
  const { groups } = parse(readFileSync(RULES, 'utf8')) as { groups: readonly { readonly rules: readonly Rule[] }[] };
  return groups.flatMap((group) => group.rules);
}

export function rulesText(): string {
  return rules()
    .map(({ expr }) => expr)
    .join('\n');
}

export function recordedNames(): readonly string[] {
  return rules().flatMap(({ record }) => (record === undefined ? [] : [record]));
}

/** Names of metrics in expressions: all of ours begin alike, and so do those of the SDK and of Node. */
export function namesIn(expressions: readonly string[]): ReadonlySet<string> {
  const text = expressions.join('\n').replaceAll(/"[^"]*"/g, '""');
  return new Set(text.match(/\b(?:candlewick[_:]|temporal_|process_|nodejs_)[a-z0-9_:]+|\bALERTS\b|\bup\b/g) ?? []);
}

/** Every name that a page offers, with the series that a histogram has besides. */
export function exportedNames(page: string): ReadonlySet<string> {
  const found = [...page.matchAll(/^# TYPE (\S+) (\w+)$/gm)];
  return new Set(
    found.flatMap(([, name = '', kind]) =>
      kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}
