import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { CommanderError } from 'commander';
import { createControlActivities } from '../../activities';
import { readConfigInput } from '../../cli/config-input';
import { createProgram } from '../../cli/program/create-program';
import { UsageError } from '../../cli/usage-error';
import { FILES_SOURCE_DEFAULTS } from '../../shared/contracts/config/defaults';
import { resolveConfig } from '../../shared/contracts/config/resolve';
import { sha256Hex } from '../../shared/store/hash';
import { createFileSource } from '../../shared/sources/files/file-source';
import { createGeneratedSource } from '../../shared/sources/generated';
import { sourceFault } from '../../shared/sources/port';
import { openStore } from '../../shared/store/open-store';
import { STORE_ID, asActivity } from '../activities/bench';
import { barFile } from '../support/bar-files';
import { createMemoryObjectStore } from '../support/memory-object-store';
import { damagedBytes } from './damage';
import { malformedConfig } from './settings';
import { assertFault, assertTold, preview } from './told';

/** With those of `stored.test.ts` ten thousand and more; a seed that found something is printed. */
const CASES = { config: 3_000, flags: 1_500, arguments: 1_500, workflowInput: 800, bars: 1_500 };

describe('malformed inputs: refused with a sentence, and nothing half-written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'candlewick-malformed-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('configurations', () => {
    fc.assert(
      fc.property(malformedConfig, (config) => {
        const resolved = calmly(() => resolveConfig(config), config);
        if (resolved === null || resolved.ok) return;
        expect(resolved.faults.length).toBeGreaterThan(0);
        for (const { path, message } of resolved.faults) assertTold(new Error(`${path}: ${message}`), config);
      }),
      { numRuns: CASES.config },
    );
  });

  it('flags and config files of the command line', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.constantFrom('a=1', 'labels.horizons=[', 'seed=-1', '{', '- a\n- b', 'x: &a [*a]', 'preset: 3'),
    );
    const flags = fc.record(
      {
        preset: text,
        models: text,
        symbols: text,
        set: fc.array(
          fc.oneof(
            text,
            fc.tuple(text, text).map(([a, b]) => `${a}=${b}`),
          ),
          { maxLength: 3 },
        ),
        until: text,
        from: text,
        asOf: text,
        seed: text,
        content: fc.oneof(text, fc.json()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(flags, ({ content, ...given }) => {
        const file = join(folder, 'config.yaml');
        if (content !== undefined) writeFileSync(file, content);
        try {
          readConfigInput(content === undefined ? given : { ...given, config: file }, folder);
        } catch (error) {
          if (!(error instanceof UsageError)) throw new Error(`no usage error for ${preview(given)}`, { cause: error });
          assertTold(error, given);
        }
      }),
      { numRuns: CASES.flags },
    );
  });

  it('arguments of the command line', () => {
    const words: string[] = [];
    createProgram(() => undefined).commands.forEach((command) => {
      words.push(
        command.name(),
        ...command.commands.map((sub) => sub.name()),
        ...command.options.map(({ long }) => long ?? ''),
      );
    });
    const argument = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...words) },
      { weight: 1, arbitrary: fc.string({ maxLength: 30 }) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '--',
          '-',
          '--json=',
          '--__proto__',
          '-h',
          '--help',
          '--seed',
          '\u0000',
          '$(id)',
          '--model=',
        ),
      },
    );
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 7 }), (argv) => {
        const said: string[] = [];
        const program = createProgram(() => undefined);
        for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)])
          command
            .exitOverride()
            .configureOutput({ writeErr: (text) => said.push(text), writeOut: (text) => said.push(text) });
        try {
          program.parse(argv, { from: 'user' });
        } catch (error) {
          if (error instanceof UsageError) {
            assertTold(error, argv);
            return;
          }
          if (!(error instanceof CommanderError)) throw new Error(`no answer to ${preview(argv)}`, { cause: error });
          assertTold(new Error(said.join('')), argv);
        }
      }),
      { numRuns: CASES.arguments },
    );
  });

  it('inputs of a workflow, as its first activity takes them', async () => {
    await fc.assert(
      fc.asyncProperty(malformedConfig, async (config) => {
        const input = asPayload(config);
        const store = openStore(createMemoryObjectStore(), () => undefined);
        const activities = createControlActivities({
          store,
          storeId: STORE_ID,
          source: ({ source }) => (source.kind === 'generated' ? createGeneratedSource(source) : filesIn(folder)),
          environment: {},
          renderReport: () => Promise.resolve(''),
        });
        const outcome = await asActivity(() =>
          activities.prepareRun({ runId: 'run', storeId: null, input, startedAtMs: 0 }),
        ).then(
          (plan) => ({ plan, failure: null }),
          (failure: unknown) => ({ plan: null, failure }),
        );
        if (outcome.failure === null) return expectSound(store.objects);
        const { type, message } = outcome.failure as { type?: string; message: string };
        assertFault({ code: type ?? 'none', message }, input);
        expect(await store.objects.list('blobs/')).toEqual([]);
      }),
      { numRuns: CASES.workflowInput },
    );
  }, 120_000);

  it('files of bars', async () => {
    const sound = new TextEncoder().encode(barFile(3, 60));
    await fc.assert(
      fc.asyncProperty(damagedBytes(sound), async (bytes) => {
        writeFileSync(join(folder, 'SPOILT.csv'), bytes);
        const source = filesIn(folder);
        try {
          for (const step of [
            () => source.list(),
            () => source.fingerprint('SPOILT'),
            () => source.newestCloseMs('SPOILT'),
          ]) {
            const result = await step();
            if (!result.ok) {
              assertFault(result.fault, text(bytes));
              return;
            }
          }
          const opened = await source.open('SPOILT');
          if (!opened.ok) {
            assertFault(opened.fault, text(bytes));
            return;
          }
          for await (const { time, close } of opened.value.chunks()) expect(close.length).toBe(time.length);
        } catch (error) {
          const fault = sourceFault(error);
          if (fault === null) throw new Error(`no answer to ${preview(text(bytes))}`, { cause: error });
          assertFault(fault, text(bytes));
        }
      }),
      { numRuns: CASES.bars },
    );
    // Nothing that was unpacked or begun is left beside the files.
    expect(readdirSync(folder).sort()).toEqual(['SPOILT.csv', 'config.yaml']);
  }, 120_000);
});

/** Runs what may refuse by throwing a sentence; null where it did. */
function calmly<T>(work: () => T, given: unknown): T | null {
  try {
    return work();
  } catch (error) {
    assertTold(error, given);
    return null;
  }
}

/** What Temporal's payload would make of it: JSON, or nothing. */
function asPayload(value: unknown): unknown {
  try {
    const json = JSON.stringify(value) as string | undefined;
    return json === undefined ? undefined : (JSON.parse(json) as unknown);
  } catch {
    return undefined;
  }
}

function filesIn(folder: string) {
  const config = { ...FILES_SOURCE_DEFAULTS, paths: ['SPOILT.csv'] };
  return createFileSource(config, { baseDir: folder, tempDir: join(folder, 'temp'), roots: null });
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** Every artifact in the store is whole. */
async function expectSound(objects: ReturnType<typeof createMemoryObjectStore>): Promise<void> {
  for (const key of await objects.list('blobs/')) expect(key.endsWith(sha256Hex((await objects.get(key))!))).toBe(true);
}
