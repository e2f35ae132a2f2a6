import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandContext } from '../../cli/command-context';
import { readSettings } from '../../shared/runtime/settings';

/** What a command is given, on a server of the test; keeps what it prints and says. */
export function commandContext(address: string): CommandContext & { readonly lines: string[] } {
  const home = mkdtempSync(join(tmpdir(), 'candlewick-command-'));
  const lines: string[] = [];
  const env = { CANDLEWICK_HOME: home, TEMPORAL_ADDRESS: address };
  return {
    settings: readSettings(env, home),
    env,
    workingDirectory: home,
    interactive: false,
    print: (line) => void lines.push(line),
    say: (line) => void lines.push(line),
    divertSay: () => undefined,
    traceparent: null,
    listenForStop: () => {
      throw new Error('this command follows nothing');
    },
    lines,
  };
}
