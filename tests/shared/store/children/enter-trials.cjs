/** Enters trials of the numbers given, one by one, into a ledger that another process enters into as well. */
require('../../../training/children/typescript.cjs');
const process = require('node:process');
const { createFileObjectStore } = require('../../../../shared/store/file-object-store.ts');
const { createTrialLedger } = require('../../../../shared/store/trial-ledger.ts');

const [root, from, to, trial] = process.argv.slice(2);

async function enter() {
  const ledger = createTrialLedger(createFileObjectStore(root));
  for (let number = Number(from); number <= Number(to); number += 1) {
    const own = { ...JSON.parse(trial), key: `key-${number}` };
    await ledger.enter('metals', 'XAG', [own], '2026-03-02T06:00:00.000Z');
  }
}

enter();
