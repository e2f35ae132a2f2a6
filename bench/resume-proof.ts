import { randomFromSeed } from '../domain/core/random';
import { PROVEN_FAMILIES } from './resume-proof/fits';
import type { Proof } from './resume-proof/prove';
import { prove } from './resume-proof/prove';

/**
 * The three-way proof for every family of nets: undisturbed = killed and resumed, in every bit of the state, and ≠ a restart
 * from the weights alone. Prints a table in Markdown; exits 1 where a row does not hold.
 *
 *   node tests/support/run-typescript.mjs bench/resume-proof.ts [kills a family] [seed] [families]
 */
async function main([kills = '3', seed = '1', families]: readonly string[]): Promise<number> {
  const random = randomFromSeed(Number(seed));
  const names = families === undefined ? PROVEN_FAMILIES : families.split(',');
  const lines = [
    `Seed ${seed}, ${kills} kills a family, Node ${process.version} on ${process.platform}-${process.arch}, one thread.`,
    '',
    '| family | steps | killed at (SIGKILL) | steps lost | undisturbed = resumed | from the weights alone ≠ | SHA-256 of the weights |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  let held = true;
  for (const family of names) {
    const proof = await prove(family, Number(kills), random);
    const { equal, different } = verdict(proof);
    held &&= equal.length === 8 && different;
    process.stdout.write(`${row(proof, equal, different)}\n`);
  }
  return held ? 0 : 1;
}

function verdict({ undisturbed, resumed, weightsOnly, weightsOnlyFrom }: Proof) {
  const parts = Object.keys(undisturbed) as (keyof Proof['undisturbed'])[];
  return {
    equal: parts.filter((part) => undisturbed[part] === resumed[part]),
    different: weightsOnlyFrom > 0 && undisturbed.weights !== weightsOnly.weights,
  };
}

function row({ family, steps, kills, lost, undisturbed }: Proof, equal: readonly string[], different: boolean): string {
  const cells = [
    family,
    String(steps),
    kills.map(String).join(', '),
    lost.map(String).join(', '),
    equal.length === 8 ? 'all 8 parts' : `only ${equal.join(', ')}`,
    different ? 'yes' : 'NO',
    `\`${undisturbed.weights.slice(0, 16)}…\``,
  ];
  return `| ${cells.join(' | ')} |`;
}

void main(process.argv.slice(2)).then((code) => process.exit(code));
