import type { Command } from 'commander';

/** For commands that answer with one document where programs ask. */
export function withJson(command: Command): Command {
  return command.option('--json', 'print one JSON document on standard output');
}

/** What is to be trained: the same for a run and for the runs of a schedule. */
export function withRunSource(command: Command): Command {
  return command
    .option('--source <paths...>', 'bar files or globs (CSV, TSV, Parquet, gzip); without it bars are generated')
    .option('--symbols <names>', 'only these symbols, separated by commas')
    .option(
      '--models <families>',
      'only these model families, separated by commas; nets stand beside the simple ones: lstm,tcn',
    )
    .option('--preset <name>', 'quick, standard, production or screening')
    .option('--config <file>', 'settings of the run in YAML or JSON')
    .option('--seed <number>', 'seed of everything random');
}
