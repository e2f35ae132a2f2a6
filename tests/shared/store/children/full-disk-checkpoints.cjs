/** Saves checkpoints on a small disk until one is refused, then tells what is left, and whether there is room again. */
require('../../../training/children/typescript.cjs');
const { readdirSync } = require('node:fs');
const { join } = require('node:path');
const process = require('node:process');
const { openFileStore } = require('../../../../shared/store/open-store.ts');

const [root] = process.argv.slice(2);
const KEY = 'ab12'.repeat(16);
const files = () =>
  readdirSync(join(root, 'checkpoints/ab', KEY), { recursive: true }).filter((name) => /-0/.test(name));

async function fill() {
  const store = openFileStore(root, () => undefined);
  const line = await store.checkpoints.open(KEY);
  const save = (step, bytes) =>
    line.save(new Uint8Array(bytes).fill(step), { step, kind: 'interval', isBest: false, meta: {} });
  for (const step of [1, 2, 3]) await save(step, 100_000);
  const before = files();
  const refused = await save(4, 900_000).catch((error) => error);
  const { code, message } = refused;
  const left = { temporary: readdirSync(join(root, '.tmp')), same: files().join() === before.join() };
  const latest = (await line.latest()).step;
  await save(5, 50_000);
  return { code, message, ...left, latest, afterwards: (await line.latest()).step };
}

fill().then((told) => process.stdout.write(JSON.stringify(told)));
