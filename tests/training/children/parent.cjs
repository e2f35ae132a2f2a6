/** A parent with a pool of one child that computes for ever; tells the child's process id, to be killed with it. */
require('./typescript.cjs');
const process = require('node:process');
const { createTrainerPool } = require('../../../training/pool.ts');

const pool = createTrainerPool({
  size: 1,
  entry: require.resolve('./trainer.cjs'),
  env: process.env,
  memoryLimitBytes: null,
  logDir: process.argv[2],
});
const onProgress = ({ pid }) => process.stdout.write(`${pid}\n`);
void pool.run({ id: 'for-ever', do: 'hang' }, { onProgress, signal: new globalThis.AbortController().signal });
