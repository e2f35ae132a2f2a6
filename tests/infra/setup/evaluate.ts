import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const FOLDER = resolve(__dirname, '..', '..', '..', 'infra', 'setup');

/**
 * Runs `body` in a fresh Node.js that has imported `modules` of the set-up as `m`, and answers with what it returns, as JSON.
 * The set-up is made of modules that run before anything is installed or built, so it is tested in Node itself.
 */
export function evaluate(modules: readonly string[], body: string, input: unknown = null): unknown {
  const imports = modules.map((name) => `await import(${JSON.stringify(`file://${FOLDER}/${name}.mjs`)})`);
  const script = `
    const m = Object.assign({}, ${imports.join(', ')});
    const input = ${JSON.stringify(input)};
    const run = async () => { ${body} };
    process.stdout.write(JSON.stringify((await run()) ?? null));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(output);
}

/** The message of whatever `body` throws; fails the test when it throws nothing. */
export function refusalOf(modules: readonly string[], body: string, input: unknown = null): string {
  const caught = `try { ${body} } catch (error) { return error.message; } return null;`;
  const message = evaluate(modules, caught, input);
  if (typeof message !== 'string') throw new Error('expected a refusal');
  return message;
}
