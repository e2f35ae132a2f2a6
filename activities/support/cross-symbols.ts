import type { ConfigFault } from '../../shared/contracts/config/config-fault';
import { nearestName } from '../../shared/contracts/config/nearest-name';
import { symbolConfigOf } from '../../shared/contracts/config/resolve';
import type { RunConfig } from '../../shared/contracts/config/schema';
import type { RunPlan } from '../../shared/contracts/run';

/** The symbols beside each symbol; nothing where no symbol has any, so that histories of such runs stay as they were. */
export function crossOf(config: RunConfig, symbols: readonly string[]): Pick<RunPlan, 'cross'> {
  const named = symbols.map((symbol): [string, string[]] => [symbol, symbolConfigOf(config, symbol).features.cross]);
  const wanted = named.filter(([, cross]) => cross.length > 0);
  return wanted.length === 0 ? {} : { cross: Object.fromEntries(wanted) };
}

/** Symbols beside others that the source does not have, and symbols that would stand beside themselves. */
export function crossFaults(config: RunConfig, found: readonly string[]): readonly ConfigFault[] {
  const places = [
    { path: 'features.cross', cross: config.features.cross },
    ...Object.keys(config.perSymbol).map((symbol) => ({
      path: `perSymbol.${symbol}.features.cross`,
      cross: symbolConfigOf(config, symbol).features.cross,
    })),
  ];
  const missing = places.flatMap(({ path, cross }) =>
    cross.filter((symbol) => !found.includes(symbol)).map((symbol) => ({ path, message: notThere(symbol, found) })),
  );
  const themselves = (config.symbols ?? found)
    .filter((symbol) => symbolConfigOf(config, symbol).features.cross.includes(symbol))
    .map((symbol) => ({
      path: Object.hasOwn(config.perSymbol, symbol) ? `perSymbol.${symbol}.features.cross` : 'features.cross',
      message: `${symbol} cannot stand beside itself; give it another list, as by perSymbol.${symbol}.features.cross: []`,
    }));
  return [...missing, ...themselves];
}

function notThere(symbol: string, found: readonly string[]): string {
  const nearest = nearestName(symbol, found);
  const hint = nearest === null ? `it has ${found.join(', ')}` : `did you mean '${nearest}'?`;
  return `the source has no symbol '${symbol}'; ${hint}`;
}
