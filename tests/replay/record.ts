import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import type { History } from '@temporalio/common/lib/proto-utils';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { FakeRegistry } from '../support/fake-registry';
import { WorkflowEnv } from '../support/workflow-env';
import type { ScenarioName } from './recordings';
import { FINGERPRINTS_PATH, fingerprintOf } from './command-fingerprints';
import {
  HISTORIES_FOLDER,
  SCENARIOS,
  expectedRecordings,
  foundRecordings,
  readRecording,
  recordingPath,
} from './recordings';
import { PLAY } from './scenarios';

/**
 * Plays every scenario and writes the histories that the replay gate holds the workflows to. A recording stands for runs
 * that may be open somewhere: record anew only when the workflows may change in a way that breaks them, never to make the
 * gate pass. `--force` overwrites what is there; without it only missing recordings are written. `--fingerprints` records
 * nothing and writes the fingerprints of what is there.
 */
async function record(force: boolean): Promise<void> {
  const present = expectedRecordings().filter((name) => existsSync(recordingPath(name)));
  if (present.length > 0 && !force) say(`kept (overwrite with --force): ${present.join(', ')}`);
  if (present.length === expectedRecordings().length && !force) {
    process.exitCode = 1;
    return;
  }
  const wanted = (scenario: string, workflow: string) => force || !present.includes(`${scenario}-${workflow}`);
  const registry = new FakeRegistry(['AAA-h20', 'BBB-h20']);
  const env = await WorkflowEnv.start({ control: registry.control(), cpu: registry.cpu() });
  try {
    mkdirSync(HISTORIES_FOLDER, { recursive: true });
    for (const scenario of Object.keys(SCENARIOS) as ScenarioName[]) {
      if (!SCENARIOS[scenario].some((workflow) => wanted(scenario, workflow))) continue;
      const played: Readonly<Record<string, string>> = await PLAY[scenario](env, registry);
      for (const [workflow, workflowId] of Object.entries(played)) {
        if (!wanted(scenario, workflow)) continue;
        const text = toText(await env.history(workflowId));
        writeFileSync(recordingPath(`${scenario}-${workflow}`), text);
        say(`recorded ${scenario}-${workflow}, ${String(Math.ceil(text.length / 1024))} kB`);
      }
    }
  } finally {
    await WorkflowEnv.stop(env);
  }
  writeFingerprints();
}

/** The commands of every recording, beside them: a change of either is seen in review. */
function writeFingerprints(): void {
  const names = [...foundRecordings()].sort();
  const all = Object.fromEntries(names.map((name) => [name, fingerprintOf(readRecording(name))]));
  writeFileSync(FINGERPRINTS_PATH, `${JSON.stringify(all, null, 2)}\n`);
}

/** One event a line, without stack traces: they name the paths of the recording machine, and no replay reads them. */
function toText(history: History): string {
  const withoutStacks = (key: string, value: unknown) => (key === 'stackTrace' ? undefined : value);
  const { events } = JSON.parse(historyToJSON(history)) as { readonly events: readonly unknown[] };
  return `{"events":[\n${events.map((event) => JSON.stringify(event, withoutStacks)).join(',\n')}\n]}\n`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function main(args: readonly string[]): Promise<void> {
  if (args.includes('--fingerprints')) writeFingerprints();
  else await record(args.includes('--force'));
}

main(process.argv).catch((error: unknown) => {
  say(`the histories could not be recorded: ${String(error)}`);
  process.exitCode = 1;
});
