import type { Command } from 'commander';
import { createProgram } from '../../../cli/program/create-program';

/** What the command line says to arguments, without doing anything. */
async function parse(...words: string[]): Promise<string> {
  let acted = 0;
  const program = createProgram(() => (acted += 1));
  for (const command of allOf(program)) command.exitOverride().configureOutput({ writeErr: () => undefined });
  try {
    await program.parseAsync(['node', 'candlewick', ...words]);
    return `acted ${String(acted)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function allOf(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(allOf)];
}

describe('the command line', () => {
  it.each([
    ['schedule', 'pause', 'daily', '--why', ' '],
    ['schedule', 'trigger', 'daily', '--why', ' '],
    ['models', 'approve', 'daily/XAG-h20', '--why', ''],
    ['cancel', 'run-1', '--why', '  '],
    ['store', 'gc', '--apply', '--why', ' '],
    ['deploy', 'set-current', '--why', ' '],
  ])('refuses a reason of blanks before anything is done: %s %s', async (...words) => {
    expect(await parse(...words)).toContain('--why is empty');
  });

  it.each([
    [['models', 'approve', 'm', '--why', 'good', '--version', 'abc'], "--version is 'abc'"],
    [['logs', 'run-1', '--lines', 'many'], "--lines is 'many'"],
    [['store', 'gc', '--keep-runs', '1.5'], "--keep-runs is '1.5'"],
    [['deploy', 'set-current', '--ramp', '200'], "--ramp is '200'"],
    [['schedule', 'apply', '--jitter', 'long'], "--jitter is 'long'"],
    [['audit', '--action', 'eaten'], 'Allowed choices are'],
    [['schedule', 'apply', '--setting', 'a=1'], "unknown option '--setting'"],
  ])('refuses %j', async (words, message) => {
    expect(await parse(...words)).toContain(message);
  });

  it.each([
    ['schedule', 'apply', '--name', 'daily', '--set', 'lateData.waitMinutes=60'],
    ['store', 'gc', '--apply', '--who', 'ada', '--why', 'the disk is full'],
    ['deploy', 'set-current', '--who', 'ada', '--why', 'new release'],
    ['audit', '--subject', 'daily', '--who', 'ada', '--action', 'promoted'],
    ['status', '--json'],
    ['doctor', '--json'],
  ])('takes %s %s %s', async (...words) => expect(await parse(...words)).toBe('acted 1'));

  it('lets whoever changes something by command say who and why', () => {
    const changing = allOf(createProgram(() => undefined)).filter((command) =>
      /^(pause|unpause|cancel|move|retry|apply|trigger|backfill|delete|promote|rollback|approve|reject|gc|set-current)$/.test(
        command.name(),
      ),
    );
    expect(changing.length).toBeGreaterThan(15);
    for (const command of changing)
      expect(command.options.map(({ long }) => long)).toEqual(expect.arrayContaining(['--why', '--who']));
  });
});
