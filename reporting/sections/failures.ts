import type { SymbolRecord } from '../../shared/contracts/run-record';
import { errorEntry, type ErrorOwner } from '../../shared/names/errors';
import { plural } from '../format';
import { markup, NOTHING, withCode, type Markup } from '../markup';

const OWNERS: Readonly<Record<ErrorOwner, string>> = {
  input: 'whoever gave the data or the configuration',
  platform: 'whoever runs the machines',
  code: 'whoever maintains Candlewick',
};

/** Every failed symbol with its reason and what to do about it; nothing where none failed. */
export function failuresSection(symbols: readonly SymbolRecord[]): Markup {
  const failed = symbols.filter((symbol) => symbol.status === 'failed');
  if (failed.length === 0) return NOTHING;
  return markup`<section class="card fault" aria-labelledby="failures"><h2 id="failures">${plural(failed.length, 'symbol')} failed</h2>
    <div class="scroll"><table class="failures"><thead><tr>${['Symbol', 'Stage', 'Failure', 'What to do'].map(
      (name) => markup`<th scope="col">${name}</th>`,
    )}</tr></thead>
    <tbody>${failed.map(failureRow)}</tbody></table></div></section>`;
}

function failureRow(symbol: SymbolRecord): Markup {
  const { failure } = symbol;
  const code = failure?.code ?? 'Unexpected';
  const entry = errorEntry(code);
  return markup`<tr><th scope="row">${symbol.symbol}</th><td>${failure?.stage ?? 'before the first stage'}</td>
    <td class="text"><code class="bad">${code}</code> <span class="muted small">${withCode(entry.meaning)}</span><br>${failure?.message ?? 'No message was recorded.'}</td>
    <td class="text">${withCode(entry.remedy)}<br><span class="muted small">For ${OWNERS[entry.owner]}.</span></td></tr>`;
}
