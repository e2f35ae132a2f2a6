import type { RunRecord } from '../../shared/contracts/run-record';
import { familyLabel } from '../family-names';
import { plural } from '../format';
import { markup, NOTHING, withCode, type Markup } from '../markup';
import type { CheckedRule, Judgement, Verdict } from '../verdict/verdict';
import { verdictOf } from '../verdict/verdict';

const TONES: Readonly<Record<Verdict['belief'], string>> = {
  yes: 'good',
  notYet: 'caution',
  open: 'caution',
  no: 'bad',
  nothing: '',
};
const STANDINGS: Readonly<Record<CheckedRule['standing'], Markup>> = {
  holds: markup`<span class="good">holds</span>`,
  fails: markup`<span class="bad">fails</span>`,
  unknown: markup`<span class="muted">not measured</span>`,
};
/** Symbols whose checks stand in a column each; of more only the first ones. */
const COLUMNS = 6;

/** Three sentences for whoever reads nothing else, and the checks that they rest on folded away beneath. */
export function verdictBlock(record: RunRecord): Markup {
  const verdict = verdictOf(record);
  return markup`<div class="verdict ${TONES[verdict.belief]}" id="verdict">
    <p><b>What was found</b>${verdict.found}</p>
    <p><b>Whether to believe it</b>${verdict.believe}</p>
    <p><b>What to do next</b>${withCode(verdict.next)}</p>
    ${checksTable(verdict.judgements)}</div>`;
}

/** One row for each rule in the order in which they are asked. */
function checksTable(judgements: readonly Judgement[]): Markup {
  const shown = judgements.slice(0, COLUMNS);
  const [first] = shown;
  if (first === undefined) return NOTHING;
  const left = judgements.length - shown.length;
  const more = left === 0 ? '' : `; ${plural(left, 'further symbol')} not shown`;
  return markup`<details><summary class="small">The ${plural(first.checks.length, 'check')} behind it, in their order: the first that fails decides${more}</summary>
    <div class="scroll"><table><thead><tr><th scope="col">Check</th><th scope="col">Asked</th>${shown.map(
      ({ candidate: { symbol, model } }) =>
        markup`<th scope="col">${symbol}<br>${familyLabel(model.family)}, ${plural(model.horizonBars, 'bar')}</th>`,
    )}</tr></thead><tbody>${first.checks.map((check, index) => checkRow(check, index, shown))}</tbody></table></div></details>`;
}

function checkRow({ rule }: CheckedRule, index: number, shown: readonly Judgement[]): Markup {
  return markup`<tr><th scope="row">${rule.name}</th><td>${rule.asked}<br><span class="muted small">${rule.source}</span></td>${shown.map(
    ({ checks }) => {
      const check = checks[index];
      return check === undefined
        ? markup`<td></td>`
        : markup`<td>${STANDINGS[check.standing]}<br><span class="small">${check.measured}</span></td>`;
    },
  )}</tr>`;
}
