import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const BUILT = join(__dirname, '../../dist/workers/build-bundle.js');
const BUILD = `require(process.argv[1]).buildBundle(process.argv[2]).catch((error) => { console.error(error); process.exit(1); })`;

const folder = mkdtempSync(join(tmpdir(), 'candlewick-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the workflow bundle is written whole, under its name only, and has every workflow', async () => {
  if (!existsSync(BUILT)) throw new Error(`${BUILT} is missing: run ./candlewick setup (or npm run build) first.`);
  const target = join(folder, 'new', 'workflow-bundle.js');
  await promisify(execFile)(process.execPath, ['-e', BUILD, BUILT, target]);
  expect(readdirSync(join(folder, 'new'))).toEqual(['workflow-bundle.js']);
  const code = readFileSync(target, 'utf8');
  for (const name of ['trainUniverse', 'trainBatch', 'trainSymbol']) {
    expect(code).toMatch(new RegExp(`function ${name}\\(`));
  }
});
