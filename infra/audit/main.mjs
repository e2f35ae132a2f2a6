import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { advisoryFaults, readAdvisories } from './advisories.mjs';
import { lockFaults } from './lock-checks.mjs';

const PROJECT_ROOT = resolve(fileURLToPath(import.meta.url), '../../..');

/**
 * The audit of the dependencies: `node infra/audit/main.mjs`. What needs nobody is always checked; advisories are asked of
 * the registry, and where it cannot be asked this is said and does not fail.
 */
async function main() {
  const { values } = parseArgs({
    options: {
      root: { type: 'string', default: PROJECT_ROOT },
      today: { type: 'string' },
      offline: { type: 'boolean', default: false },
    },
  });
  const root = values.root;
  const today = values.today ?? new Date().toISOString().slice(0, 10);
  const exceptions = readJson(join(root, 'infra', 'audit', 'exceptions.json'));
  const lock = readJson(join(root, 'package-lock.json'));
  const faults = lockFaults({
    lock,
    manifest: readJson(join(root, 'package.json')),
    npmrc: readFileSync(join(root, '.npmrc'), 'utf8'),
    exceptions,
    today,
  });
  say(`${Object.keys(lock.packages).length - 1} packages: hashes, origins, licences, install scripts, protobufjs`);
  const answer = values.offline ? { reachable: false, reason: 'asked not to: --offline' } : await readAdvisories(root);
  if (answer.reachable) {
    say(`advisories for production: ${answer.advisories.length} known`);
    faults.push(...advisoryFaults(answer.advisories, exceptions, today));
  } else {
    say(`NOTE: advisories were NOT checked, the registry cannot be asked for them here (${answer.reason})`);
  }
  for (const fault of faults) say(`FAULT: ${fault}`);
  say(
    faults.length === 0
      ? 'audit passed'
      : `audit failed: ${faults.length} faults. Mend them, or excuse one with a reason and a day in infra/audit/exceptions.json`,
  );
  return faults.length === 0 ? 0 : 1;
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const say = (line) => process.stdout.write(`${line}\n`);

process.exitCode = await main();
