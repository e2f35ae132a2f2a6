/** What a lock file must hold, checked without asking anybody. Every check answers with sentences; none is fine. */

const LICENCES = [
  ...['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0'],
  ...['Unlicense', 'CC0-1.0', 'CC-BY-4.0', 'Python-2.0'],
];
const EXACT_VERSION = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const INTEGRITY = /^sha512-[A-Za-z0-9+/]{86}==$/;

/** All offline checks: `{ lock, manifest, npmrc, exceptions, today }` gives a list of faults. */
export function lockFaults({ lock, manifest, npmrc, exceptions, today }) {
  const packages = Object.entries(lock.packages ?? {}).filter(([path]) => path !== '');
  return [
    ...(packages.length === 0 ? ['package-lock.json names no package'] : []),
    ...manifestFaults(manifest),
    ...packages.flatMap(([path, entry]) => originFaults(path, entry)),
    ...packages.flatMap(([path, entry]) => licenceFaults(path, entry, exceptions, today)),
    ...scriptFaults(packages, npmrc, exceptions, today),
    ...protobufFaults(Object.fromEntries(packages)),
    ...staleExceptions(exceptions, today),
  ];
}

/** Direct dependencies are exact versions: nothing changes without a change of the manifest. */
function manifestFaults(manifest) {
  const groups = ['dependencies', 'devDependencies', 'optionalDependencies'];
  return groups.flatMap((group) =>
    Object.entries(manifest[group] ?? {})
      .filter(([, range]) => !EXACT_VERSION.test(range))
      .map(([name, range]) => `package.json: ${name} is '${range}'; expected an exact version such as 1.2.3`),
  );
}

/** A hash for every package, and none from a repository, an address or a folder. */
function originFaults(path, { integrity, resolved, link, version }) {
  if (link === true) return [`${path} is a link to a folder; expected a published version`];
  const faults = [];
  if (!INTEGRITY.test(integrity ?? '')) faults.push(`${path}@${version} has no SHA-512 in package-lock.json`);
  if (resolved !== undefined && !/^https:\/\/\S+\.tgz$/.test(resolved)) {
    faults.push(`${path}@${version} comes from '${resolved}'; expected an archive of the registry over https`);
  }
  return faults;
}

function licenceFaults(path, { license, version }, exceptions, today) {
  if (typeof license === 'string' && isAllowedExpression(license)) return [];
  const name = nameOf(path);
  if (excused(exceptions.licences, name, today)) return [];
  return [`${name}@${version} has the licence '${license ?? 'none'}', which is not on the list (infra/audit/)`];
}

/** `(MIT OR X)` is fine with one of them, `A AND B` needs both. */
function isAllowedExpression(expression) {
  const inner = expression.replace(/^\((.*)\)$/, '$1');
  if (inner.includes(' OR ')) return inner.split(' OR ').some(isAllowedExpression);
  if (inner.includes(' AND ')) return inner.split(' AND ').every(isAllowedExpression);
  return LICENCES.includes(inner.trim());
}

/** Scripts of packages never run by themselves; each package that brings one is known. */
function scriptFaults(packages, npmrc, exceptions, today) {
  const faults = /^ignore-scripts\s*=\s*true$/m.test(npmrc)
    ? []
    : ['.npmrc lacks ignore-scripts=true: scripts of every package would run at installation'];
  const names = new Set(packages.filter(([, entry]) => entry.hasInstallScript === true).map(([path]) => nameOf(path)));
  const unknown = [...names].filter((name) => !excused(exceptions.installScripts, name, today));
  return [
    ...faults,
    ...unknown.map((name) => `${name} brings an install script that nobody has looked at; add it to the exceptions`),
  ];
}

/** Two copies of protobufjs for `@temporalio` break the replay of histories ("type must be a Type"). */
function protobufFaults(packages) {
  const users = Object.keys(packages).filter((path) => /(^|\/)node_modules\/@temporalio\/[^/]+$/.test(path));
  const copies = new Set(
    users.map((user) => resolveFrom(user, 'protobufjs', packages)).filter((path) => path !== null),
  );
  const versions = [...copies].map((path) => packages[path].version);
  if (copies.size <= 1 && versions.every((version) => version.startsWith('8.'))) return [];
  return [`@temporalio needs one protobufjs 8, the lock file gives it ${versions.join(' and ')}`];
}

/** Where Node finds a package from another one. */
function resolveFrom(user, name, packages) {
  for (let folder = user; ;) {
    const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[candidate] !== undefined) return candidate;
    if (folder === '') return null;
    const at = folder.lastIndexOf('/node_modules/');
    folder = at === -1 ? '' : folder.slice(0, at);
  }
}

/** An exception that ran out is a fault of its own: somebody has to look again. */
function staleExceptions(exceptions, today) {
  return Object.entries(exceptions).flatMap(([kind, list]) =>
    list.flatMap(({ name, reason, until }) => {
      if (!/^\d{4}-\d{2}-\d{2}$/.test(until ?? '') || (reason ?? '').length < 20)
        return [`the exception ${kind} ${name} needs a reason (a sentence) and a day until which it holds`];
      return until < today ? [`the exception ${kind} ${name} ran out on ${until}: look again, then renew or mend`] : [];
    }),
  );
}

/** Whether an exception holds today for a name. */
export function excused(list, name, today) {
  return list.some((entry) => entry.name === name && entry.until >= today);
}

const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
