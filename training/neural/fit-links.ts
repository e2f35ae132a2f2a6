import { NO_CLASS } from '../../domain/core/classes';
import { fail, ok, type Result } from '../../domain/core/result';
import { windowEnds } from '../../domain/core/windows';
import { headOf, openNetOutputs, type NetOutputs } from '../../domain/models/nets/fitted-net';
import type { DecodedNet } from '../../domain/models/nets/net-bytes';
import { fitReturnLink, returnLinkText } from '../../domain/models/return-link';
import type { HorizonTarget, NetFit } from './contract';

/**
 * For nets that learn returns: of every horizon a multinomial logistic model of the class on the head's return, fitted on
 * the stopping part, as text. None for nets that learn classes.
 */
export function fitLinks(net: DecodedNet, fit: NetFit): Result<readonly string[]> {
  if (net.heads.target === 'class') return ok([]);
  const outputs = openNetOutputs(net, fit.engine);
  try {
    const texts: string[] = [];
    for (const [head, target] of fit.targets.entries()) {
      const text = fitLink(net, outputs, fit, target, head);
      if (!text.ok) return text;
      texts.push(text.value);
    }
    return ok(texts);
  } finally {
    outputs.dispose();
  }
}

function fitLink(
  net: DecodedNet,
  outputs: NetOutputs,
  { series, settings }: NetFit,
  { classIndex, fold, horizonBars }: HorizonTarget,
  head: number,
): Result<string> {
  const rows = windowEnds(series, fold.stopping, settings.lookback).filter(
    (row) => (classIndex[row] ?? NO_CLASS) !== NO_CLASS,
  );
  const link = fitReturnLink(
    headOf(net, outputs.predict(series, rows), head),
    rows.map((row) => classIndex[row] ?? NO_CLASS),
  );
  if (link.ok) return ok(returnLinkText(link.value));
  const { code, message } = link.fault;
  return fail(code, `Horizon ${horizonBars}, fold ${fold.id}: ${message}`);
}
