/** A parent with a pool of one child that does the given job; tells the child's process id, to be killed with it. */
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
const job = JSON.parse(process.argv[3]);
void pool.run({ id: 'for-ever', ...job }, { onProgress, signal: new globalThis.AbortController().signal });
