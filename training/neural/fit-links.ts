import { NO_CLASS } from '../../domain/core/classes';
import { emptyMatrix } from '../../domain/core/matrix';
import { randomFromSeed } from '../../domain/core/random';
import { fail, ok, type Result } from '../../domain/core/result';
import { windowEnds } from '../../domain/core/windows';
import { headOf, openNetOutputs, type NetOutputs } from '../../domain/models/nets/fitted-net';
import type { DecodedNet } from '../../domain/models/nets/net-bytes';
import { logisticFamily } from '../../domain/models/logistic';
import type { HorizonTarget, NetFit } from './contract';

/** Next to no penalty: one weight per class on returns in ATR, which may be small numbers. */
const LINK_SETTINGS = { l2: 1e-6, maxIterations: 200, tolerance: 1e-8 };

/**
 * For nets that learn returns: of every horizon a multinomial logistic model of the class on the head's return, fitted on
 * the stopping part, as text. None for nets that learn classes.
 */
export async function fitLinks(net: DecodedNet, fit: NetFit): Promise<Result<readonly string[]>> {
  if (net.heads.target === 'class') return ok([]);
  const outputs = openNetOutputs(net, fit.engine);
  try {
    const texts: string[] = [];
    for (const [head, target] of fit.targets.entries()) {
      const text = await fitLink(net, outputs, fit, target, head);
      if (!text.ok) return text;
      texts.push(text.value);
    }
    return ok(texts);
  } finally {
    outputs.dispose();
  }
}

async function fitLink(
  net: DecodedNet,
  outputs: NetOutputs,
  { series, settings, seed }: NetFit,
  { classIndex, fold, horizonBars }: HorizonTarget,
  head: number,
): Promise<Result<string>> {
  const rows = windowEnds(series, fold.stopping, settings.lookback).filter(
    (row) => (classIndex[row] ?? NO_CLASS) !== NO_CLASS,
  );
  const learnt = {
    features: headOf(net, outputs.predict(series, rows), head),
    labels: Int32Array.from(rows, (row) => classIndex[row] ?? NO_CLASS),
  };
  const context = {
    featureNames: ['return'],
    seed,
    random: randomFromSeed(seed),
    onProgress: () => undefined,
  };
  const none = { features: emptyMatrix(0, 1), labels: new Int32Array() };
  const link = await logisticFamily.fit(learnt, none, LINK_SETTINGS, context);
  if (link.ok) return ok(new TextDecoder().decode(link.value.toBytes()));
  const { code, message } = link.fault;
  return fail(
    code,
    `Horizon ${horizonBars}, fold ${fold.id}: returns cannot be turned into probabilities on the stopping part. ${message}`,
  );
}
