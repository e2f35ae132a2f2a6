import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { excused } from './lock-checks.mjs';

const TIMEOUT_MS = 60_000;
const SERIOUS = ['moderate', 'high', 'critical'];

/**
 * Asks the registry, through `npm audit`, what is known against the packages that production uses.
 *
 * `{ reachable: false, reason }` where it cannot be asked: many mirrors serve packages and no advisories.
 */
export async function readAdvisories(root, environment = process.env) {
  const flags = ['audit', '--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=20000'];
  const { output, error } = await run('npm', flags, root, environment);
  const report = jsonOf(output);
  if (report === null) return { reachable: false, reason: error || 'npm audit gave no report' };
  if (report.vulnerabilities === undefined)
    return { reachable: false, reason: withoutAddress(report.message ?? report.error?.summary ?? 'no report') };
  return { reachable: true, advisories: advisoriesOf(report) };
}

/** The advisories of a report of `npm audit`, each once. */
function advisoriesOf(report) {
  const found = new Map();
  for (const { via } of Object.values(report.vulnerabilities)) {
    for (const each of via) {
      if (typeof each === 'string') continue;
      const id = /GHSA-[\w-]+/.exec(each.url ?? '')?.[0] ?? String(each.source);
      found.set(`${id} ${each.name}`, {
        id,
        package: each.name,
        severity: each.severity,
        title: each.title,
        range: each.range,
      });
    }
  }
  return [...found.values()];
}

/** Advisories that nobody has excused with a reason, as sentences. */
export function advisoryFaults(advisories, exceptions, today) {
  return advisories
    .filter(({ severity }) => SERIOUS.includes(severity))
    .filter(({ id }) => !excused(exceptions.advisories, id, today))
    .map(({ id, package: name, severity, title, range }) => `${id} (${severity}) ${name} ${range}: ${title}`);
}

function run(program, args, cwd, env) {
  return new Promise((done) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'ignore'], timeout: TIMEOUT_MS });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.once('error', (error) => done({ output: '', error: error.message }));
    child.once('close', (code, signal) =>
      done({
        output: Buffer.concat(chunks).toString(),
        error: signal === null ? '' : `npm audit took more than ${TIMEOUT_MS / 1000} s`,
      }),
    );
  });
}

function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A message of npm names the registry, which is nobody's business in a log. */
const withoutAddress = (text) => text.replace(/https?:\/\/\S+/g, 'the registry');
