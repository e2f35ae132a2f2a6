import { randomUUID } from 'node:crypto';
import { changeAliases } from '../../shared/store/change-aliases';
import { parseReference } from '../../shared/store/model-reference';
import { printAliases, writeCards } from '../after-assignment';
import type { CommandContext } from '../command-context';
import { gateVerdict } from '../gate-verdict';
import type { GivenReason } from '../operate/reason';
import { readReason } from '../operate/reason';
import { withRegistry } from '../registry-session';
import { EXIT, UsageError } from '../usage-error';

export interface PromoteFlags extends GivenReason {
  readonly despiteGate?: boolean;
}

/**
 * `candlewick models promote <model>@<n> --why`: makes a version the champion if the gate lets it. The limits are
 * those of the version's set; a verdict by them against this very champion is looked for, else both are compared now. What the gate refuses stands in the audit log too.
 */
export function modelsPromoteCommand(context: CommandContext, reference: string, flags: PromoteFlags): Promise<number> {
  return withRegistry(context, async (session) => {
    const { who, why } = readReason(flags);
    const { registry } = session;
    if (!parseReference(reference).isExplicit)
      throw new UsageError(`'${reference}' names no version; give ${reference}@<number> or ${reference}@challenger`);
    const { version } = await registry.resolve(reference);
    const champion = (await registry.current(version.model))?.champion ?? null;
    if (champion === version.version)
      throw new UsageError(`version ${String(version.version)} is the champion of ${version.model} already`);
    const verdict = champion === null ? null : await gateVerdict(context, session, version, champion);
    const isRefused = verdict !== null && !verdict.passed;
    for (const { name, passed, sentence } of verdict?.checks ?? [])
      context.say(`${passed ? 'passed' : 'FAILED'} ${name}: ${sentence}`);
    const mayPass = !isRefused || flags.despiteGate === true;
    const assignment = await changeAliases(session, {
      model: version.model,
      version: version.version,
      champion,
      action: !mayPass ? 'refuse' : champion === null ? 'first' : 'promote',
      who,
      why,
      verdict,
      requestId: randomUUID(),
      at: new Date().toISOString(),
      details: { by: 'models promote', despiteGate: isRefused && mayPass },
    });
    await writeCards(session, version.model, [version.version, champion]);
    if (!mayPass) {
      context.say(
        `${version.model} stays with version ${String(champion)}: the gate refused; --despite-gate overrules it`,
      );
      return EXIT.failed;
    }
    printAliases(context, assignment);
    return EXIT.done;
  });
}
