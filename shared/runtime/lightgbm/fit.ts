import type { BoostingRequest, BoostingRows } from '../../../domain/models/engines';
import type { LightGbmApi, NativeHandle } from './library';

/**
 * Runs one fit and returns the model text, cut after the best round. Between rounds the event loop gets a turn, so that
 * messages and the loss of the parent are noticed. Frees what it allocated, also when it throws.
 */
export async function fitBooster(api: LightGbmApi, request: BoostingRequest, threads: number): Promise<string> {
  const parameters = parameterText(request, threads);
  const release: (() => void)[] = [];
  try {
    const train = createDataset(api, request.train, request.featureNames, parameters, null);
    release.push(() => api.freeDataset(train));
    const booster = api.createBooster(train, parameters);
    release.push(() => api.freeBooster(booster));
    if (request.stopping === null) return await runAllRounds(api, booster, request);
    const stopping = createDataset(api, request.stopping, request.featureNames, parameters, train);
    release.push(() => api.freeDataset(stopping));
    api.addValidation(booster, stopping);
    return await runUntilNoBetter(api, booster, request);
  } finally {
    for (const free of release.reverse()) free();
  }
}

/** The request's parameters as LightGBM reads them, with thread count and silence. */
export function parameterText(request: Pick<BoostingRequest, 'parameters'>, threads: number): string {
  const all = { ...request.parameters, num_threads: threads, verbosity: -1 };
  return Object.entries(all)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}

async function runAllRounds(api: LightGbmApi, booster: NativeHandle, request: BoostingRequest): Promise<string> {
  for (let round = 1; round <= request.rounds; round += 1) {
    api.updateOneIteration(booster);
    request.onRound(round, null);
    await nextTurn();
  }
  return api.modelToString(booster, -1);
}

/**
 * Early stopping as in Python's `lightgbm.early_stopping`: a round is better only with a strictly lower loss. The best round
 * is counted in rounds that the booster holds, which differs where a round found nothing to split and left no tree.
 */
async function runUntilNoBetter(api: LightGbmApi, booster: NativeHandle, request: BoostingRequest): Promise<string> {
  let best = { round: 0, iterations: -1, loss: Infinity };
  for (let round = 1; round <= request.rounds; round += 1) {
    api.updateOneIteration(booster);
    const loss = api.validationLoss(booster);
    if (!Number.isFinite(loss)) throw new NonFiniteLossError(round, loss);
    if (loss < best.loss) best = { round, iterations: api.iterationCount(booster), loss };
    request.onRound(round, loss);
    if (round - best.round >= request.earlyStoppingRounds) break;
    await nextTurn();
  }
  return api.modelToString(booster, best.iterations);
}

/** The loss on the stopping part became NaN or infinite. */
export class NonFiniteLossError extends Error {
  constructor(
    readonly round: number,
    loss: number,
  ) {
    super(`LightGBM's loss on the stopping part became ${loss} in round ${round}.`);
    this.name = 'NonFiniteLossError';
  }
}

function createDataset(
  api: LightGbmApi,
  rows: BoostingRows,
  featureNames: readonly string[],
  parameters: string,
  reference: NativeHandle | null,
): NativeHandle {
  const { data, rows: rowCount, columns } = rows.features;
  const dataset = api.datasetFromMatrix(data, rowCount, columns, parameters, reference);
  try {
    api.setField(dataset, 'label', Float32Array.from(rows.labels));
    if (rows.weights !== undefined) api.setField(dataset, 'weight', Float32Array.from(rows.weights));
    // LightGBM refuses characters that mean something in JSON.
    if (reference === null)
      api.setFeatureNames(
        dataset,
        featureNames.map((name) => name.replaceAll(/[^\w.-]/g, '_')),
      );
    return dataset;
  } catch (error) {
    api.freeDataset(dataset);
    throw error;
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
