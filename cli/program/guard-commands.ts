import { codecServerCommand } from '../commands/codec-server';
import { deploySetCurrentCommand, deployShowCommand } from '../commands/deploy';
import { withReason } from '../operate/reason';
import type { AddCommands } from './action';
import { numberFrom } from './numbers';

/** Commands of releases and of encryption. */
export const addGuardCommands: AddCommands = (program, act) => {
  program
    .command('codec-server')
    .description('let the Temporal UI show encrypted payloads, until Ctrl-C')
    .option('--host <host>', 'address on which it listens', '127.0.0.1')
    .option('--port <port>', 'port on which it listens', '8299')
    .option('--origin <urls...>', 'pages that may ask (default: the UI of the state folder)')
    .action((flags: Parameters<typeof codecServerCommand>[1]) => act((context) => codecServerCommand(context, flags)));
  const deploy = program.command('deploy').description('show and choose the release that takes new workflows');
  deploy
    .command('show')
    .description('show the releases that the server knows, and which takes new workflows')
    .action(() => act(deployShowCommand));
  withReason(deploy.command('set-current'))
    .description('send new workflows to a release; those that run end on the one they began with')
    .argument('[build]', 'its build id (default: that of this checkout)')
    .option('--ramp <percent>', 'only this share of the new workflows, in percent', numberFrom('--ramp', 0, 100))
    .action((build: string | undefined, flags: Parameters<typeof deploySetCurrentCommand>[2]) =>
      act((context) => deploySetCurrentCommand(context, build, flags)),
    );
};
