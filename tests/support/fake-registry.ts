import { ApplicationFailure } from '@temporalio/common';
import { prepareRetrain } from '../../activities/promotion/prepare-retrain';
import type { JudgeActivities, RecordRetrainInput, RegistryActivities } from '../../activities/types';
import type { RetrainControlActivities } from '../../activities/types';
import type {
  AssignModelInput,
  JudgeModelInput,
  RegisterModelsInput,
  Registration,
} from '../../shared/contracts/promotion';
import type { GateVerdict } from '../../shared/contracts/registry';
import { gateSettingsSchema } from '../../shared/contracts/gate-settings';
import { promoteInputSchema } from '../../shared/contracts/retrain';

export const STORE_ID = 'store';

export function verdict(passed: boolean): GateVerdict {
  const check = { name: 'skill', passed, sentence: `skill ${passed ? 'held' : 'lost'}`, measured: 1, wanted: 0.95 };
  return { passed, checks: [check], rows: 500, evidence: null };
}

/** A registry in memory under the workflows that promote: aliases change on condition, as in the real one. */
export class FakeRegistry {
  readonly champions = new Map<string, number | null>();
  /** Every assignment that was entered, in order. */
  readonly assigned: AssignModelInput[] = [];
  readonly judged: JudgeModelInput[] = [];
  readonly refusedRetrains: RecordRetrainInput[] = [];
  readonly registered: Pick<RegisterModelsInput, 'runId' | 'asOfMs' | 'part'>[] = [];
  /** Models that have no bundle to register. */
  readonly unregistered = new Set<string>();
  judge: (input: JudgeModelInput) => Promise<GateVerdict> = () => Promise.resolve(verdict(true));
  /** Called before an assignment is looked at: for a champion that moves in just that moment. */
  beforeAssign: (input: AssignModelInput) => void = () => undefined;
  private readonly versions = new Map<string, number>();

  /** The models that a retrain of the set registers. */
  constructor(private readonly names: readonly string[]) {}

  control(): RetrainControlActivities & RegistryActivities {
    return {
      prepareRetrain: (input) => Promise.resolve(asActivity(() => prepareRetrain(input, { storeId: STORE_ID }))),
      preparePromotion: ({ input }) => {
        const { champion, ...rest } = promoteInputSchema.parse(input);
        const standing = champion === undefined ? (this.champions.get(rest.model) ?? null) : champion;
        const gate = rest.gate ?? gateSettingsSchema.parse({});
        return Promise.resolve({ ...rest, gate, champion: standing, storeId: STORE_ID });
      },
      lookUpChampion: ({ model }) => Promise.resolve(this.champions.get(model) ?? null),
      recordRetrain: (input) => {
        this.refusedRetrains.push(input);
        return Promise.resolve();
      },
      registerModels: ({ runId, set, asOfMs, part }) => {
        this.registered.push({ runId, asOfMs, part });
        // All of its models are of the first few symbols.
        const names = (part?.from ?? 0) === 0 ? this.names : [];
        return Promise.resolve(names.map((name) => this.register(`${set}/${name}`)));
      },
      assignModel: (input) => Promise.resolve(this.assign(input)),
    };
  }

  cpu(): JudgeActivities {
    return {
      judgeModel: (input) => {
        this.judged.push(input);
        return this.judge(input);
      },
    };
  }

  actionsOn(model: string): readonly string[] {
    return this.assigned
      .filter((entry) => entry.model === model)
      .map(({ action, version }) => `${action} v${String(version)}`);
  }

  private register(model: string): Registration {
    if (this.unregistered.has(model)) {
      const failure = { code: 'ArtifactMissing', message: 'gone' };
      return { model, symbol: 'BBB', horizonBars: 20, failure };
    }
    const version = (this.versions.get(model) ?? 0) + 1;
    this.versions.set(model, version);
    return { model, version, champion: this.champions.get(model) ?? null, symbol: 'AAA', horizonBars: 20 };
  }

  private assign(input: AssignModelInput) {
    this.beforeAssign(input);
    const champion = this.champions.get(input.model) ?? null;
    if (champion !== input.champion)
      throw ApplicationFailure.create({
        type: 'ChampionMoved',
        message: 'another champion stands',
        nonRetryable: true,
      });
    if (['first', 'promote', 'approve'].includes(input.action)) this.champions.set(input.model, input.version);
    this.assigned.push(input);
    return {
      model: input.model,
      sequence: this.assigned.length,
      champion: this.champions.get(input.model) ?? null,
      challenger: input.version,
      previous: champion,
      action: input.action,
      version: input.version,
      verdict: input.verdict,
      requestId: String(this.assigned.length),
      who: input.who,
      why: input.why,
      at: new Date(0).toISOString(),
    };
  }
}

/** A fault of the real code as the real activities throw it. */
function asActivity<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    throw ApplicationFailure.create({ type: code, message, nonRetryable: true });
  }
}
