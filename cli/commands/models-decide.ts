import type { Client } from '@temporalio/client';
import { parsePromotionWorkflowId, promotionWorkflowId } from '../../shared/names/ids';
import type { PromotionDecision } from '../../shared/names/messages';
import { APPROVE_UPDATE, REJECT_UPDATE } from '../../shared/names/messages';
import { WORKFLOWS } from '../../shared/names/queues';
import type { CommandContext } from '../command-context';
import type { GivenReason } from '../operate/reason';
import { readReason } from '../operate/reason';
import { isErrorNamed } from '../run-failure';
import { withClient } from '../runtime/client';
import { reasonOf } from '../runtime/workflows';
import { EXIT, UsageError } from '../usage-error';

/** The champion is judged anew where it changed meanwhile, which takes minutes at most. */
const DECISION_DEADLINE_MS = 120_000;

export interface DecisionFlags extends GivenReason {
  readonly version?: number;
}

/** `candlewick models approve|reject <model> --why`: answers the open question of a model; prints what became of it. */
export async function modelsDecideCommand(
  context: CommandContext,
  model: string,
  kind: 'approve' | 'reject',
  flags: DecisionFlags,
): Promise<number> {
  const decision = readReason(flags);
  const { version } = flags;
  return withClient(context, async (client) => {
    const workflowId = version === undefined ? await openQuestion(client, model) : promotionWorkflowId(model, version);
    context.print(await decide(client, workflowId, kind === 'approve' ? APPROVE_UPDATE : REJECT_UPDATE, decision));
    return EXIT.done;
  });
}

/** The one question that is open about a model. Throws a UsageError where there is none, or several. */
async function openQuestion(client: Client, model: string): Promise<string> {
  const open: { readonly id: string; readonly model: string; readonly version: number }[] = [];
  const query = `WorkflowType = '${WORKFLOWS.promoteModel}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query })) {
    const question = parsePromotionWorkflowId(workflowId);
    if (question !== null) open.push({ id: workflowId, ...question });
  }
  const [first, ...others] = open.filter((question) => question.model === model);
  if (first === undefined) {
    const known = [...new Set(open.map((question) => question.model))].sort().join(', ');
    throw new UsageError(
      `nothing is asked about ${model}${known === '' ? '; no promotion waits for approval' : `; approvals are open for ${known}`}`,
    );
  }
  if (others.length === 0) return first.id;
  const versions = [first, ...others].map((question) => question.version).sort((a, b) => a - b);
  throw new UsageError(`${model} has open questions about versions ${versions.join(', ')}; say which by --version`);
}

async function decide(
  client: Client,
  workflowId: string,
  update: string,
  decision: PromotionDecision,
): Promise<string> {
  try {
    return await client.withDeadline(Date.now() + DECISION_DEADLINE_MS, () =>
      client.workflow.getHandle(workflowId).executeUpdate<string, [PromotionDecision]>(update, { args: [decision] }),
    );
  } catch (error) {
    if (isErrorNamed(error, 'WorkflowUpdateRPCTimeoutOrCancelledError'))
      throw new UsageError(
        `no worker answers; start one with ./candlewick dev (${workflowId} may still take this then)`,
      );
    throw new UsageError(`${workflowId} did not take it: ${reasonOf(error)}`);
  }
}
