/** Writes objects into a store on a small disk until it refuses one, then tells what was refused and what is left. */
require('../../../training/children/typescript.cjs');
const { readdirSync } = require('node:fs');
const { join } = require('node:path');
const process = require('node:process');
const { createFileObjectStore } = require('../../../../shared/store/file-object-store.ts');

const [root] = process.argv.slice(2);
const OBJECT_BYTES = 100_000;

async function fill() {
  const store = createFileObjectStore(root);
  for (let i = 0; i < 100; i += 1) {
    try {
      await store.put(`a/${i}`, new Uint8Array(OBJECT_BYTES).fill(i), { ifAbsent: i % 2 === 0 });
    } catch (error) {
      const { code, message } = error;
      const temporary = readdirSync(join(root, '.tmp'));
      await store.remove('a/0');
      const afterRoomWasMade = await store.put(`a/${i}`, new Uint8Array(OBJECT_BYTES), { ifAbsent: true });
      return { written: i, code, message, temporary, listed: await store.list('a/'), afterRoomWasMade };
    }
  }
  return { written: 100, code: null };
}

fill().then((told) => process.stdout.write(JSON.stringify(told)));
