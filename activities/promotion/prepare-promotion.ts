import type { ConfigFault } from '../../shared/contracts/config/config-fault';
import { faultsOf } from '../../shared/contracts/config/resolve';
import type { PromotionPlan } from '../../shared/contracts/retrain';
import { gateSettingsSchema } from '../../shared/contracts/gate-settings';
import { promoteInputSchema } from '../../shared/contracts/retrain';
import type { Registry } from '../../shared/store/registry';
import { invalidConfig } from '../support/config-fault';
import { assertSameStore } from '../support/same-store';
import type { PreparePromotionInput } from '../types';

/**
 * The first activity of a promotion: checks the input with every fault at once, sees that the version is there, and looks
 * up the champion unless it is given with its verdict. The gate's limits are those given, else those of the version's set. ModelUnknown where there is no such version.
 */
export async function preparePromotion(
  { input, storeId }: PreparePromotionInput,
  deps: { readonly storeId: string; readonly registry: Registry },
): Promise<PromotionPlan> {
  if (storeId !== null) assertSameStore(storeId, deps.storeId);
  const parsed = promoteInputSchema.safeParse(input ?? {});
  if (!parsed.success) throw invalidConfig([...faultsOf(parsed.error, EXAMPLE), ...hintFaults(input)]);
  const { champion, ...rest } = parsed.data;
  if (champion === undefined && rest.verdict !== null)
    throw invalidConfig([
      { path: 'champion', message: 'a verdict says nothing without the champion that it compares with' },
    ]);
  const version = await deps.registry.version(rest.model, rest.version);
  const standing = champion === undefined ? ((await deps.registry.current(rest.model))?.champion ?? null) : champion;
  if (standing === rest.version)
    throw invalidConfig([
      { path: 'version', message: `v${String(rest.version)} is the champion of ${rest.model} already` },
    ]);
  const gate = rest.gate ?? version.gate ?? gateSettingsSchema.parse({});
  return { ...rest, gate, champion: standing, storeId: deps.storeId };
}

/** Names every setting, for the nearest one of a mistyped key. */
const EXAMPLE = {
  ...promoteInputSchema.parse({ model: 'daily/XAG-h20', version: 1, gate: {} }),
  champion: 1,
};

/** Started in the UI without input: what is expected. */
function hintFaults(input: unknown): readonly ConfigFault[] {
  if (input !== undefined && input !== null) return [];
  return [{ path: '', message: 'expected, for example, {"model": "daily/XAG-h20", "version": 3}' }];
}
