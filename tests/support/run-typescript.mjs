import { createRequire, Module } from 'node:module';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import swc from '@swc/core';

/** Runs a TypeScript file of the tests as a program: `node tests/support/run-typescript.mjs FILE [ARGUMENT…]`. */
Module._extensions['.ts'] = (module, filename) => {
  const { code } = swc.transformSync(readFileSync(filename, 'utf8'), {
    filename,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  });
  module._compile(code, filename);
};

const [, runner, file] = process.argv;
if (file === undefined) throw new Error('give the TypeScript file to run');
process.argv.splice(1, 2, resolve(file));
createRequire(runner)(resolve(file));
