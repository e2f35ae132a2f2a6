import { codecServerCommand } from '../commands/codec-server';
import { deploySetCurrentCommand, deployShowCommand } from '../commands/deploy';
import type { AddCommands } from './action';

/** Commands of releases and of encryption. */
export const addGuardCommands: AddCommands = (program, act) => {
  program
    .command('codec-server')
    .description('lets the Temporal UI show encrypted payloads, until Ctrl-C')
    .option('--host <host>', 'where it listens', '127.0.0.1')
    .option('--port <port>', 'its port', '8299')
    .option('--origin <urls...>', 'pages that may ask (default: the UI of the state folder)')
    .action((flags: Parameters<typeof codecServerCommand>[1]) => act((context) => codecServerCommand(context, flags)));
  const deploy = program.command('deploy').description('which release takes new workflows');
  deploy
    .command('show')
    .description('the releases that the server knows')
    .action(() => act(deployShowCommand));
  deploy
    .command('set-current')
    .description('sends new workflows to a release; what runs ends where it began')
    .argument('[build]', 'its build id (default: that of this checkout)')
    .option('--ramp <percent>', 'only this share of the new workflows')
    .action((build: string | undefined, flags: Parameters<typeof deploySetCurrentCommand>[2]) =>
      act((context) => deploySetCurrentCommand(context, build, flags)),
    );
};
