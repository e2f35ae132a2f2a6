import type { InterruptionRecord, RunRecord } from '../../shared/contracts/run-record';
import { errorEntry } from '../../shared/names/errors';
import { formatCount, formatIso, formatSeconds, plural } from '../format';
import { markup, NOTHING, withCode, type Markup } from '../markup';

const LONG_LIST = 16;

/** Every computation that ended without a published result and what it threw away; nothing where there was none. */
export function interruptionsSection({ interruptions, wastedSeconds }: RunRecord): Markup {
  if (interruptions.length === 0) return NOTHING;
  const heads = ['Symbol', 'Stage', 'Part', 'What happened', 'Host', 'Started'];
  return markup`<section class="card" aria-labelledby="interruptions"><h2 id="interruptions">Interruptions and what they cost</h2>
    <p class="small muted">What was done again is the work since the last checkpoint, or all of it where there is none. A net goes on from its checkpoint with the same numbers as if nothing had happened; “–” stands where there are no updates to lose.</p>
    <div class="scroll${interruptions.length > LONG_LIST ? ' short' : ''}"><table class="interruptions"><caption>${captionOf(interruptions, wastedSeconds)}</caption><thead><tr>${heads.map(
      (head) => markup`<th scope="col">${head}</th>`,
    )}<th scope="col" class="num">Lost time</th><th scope="col" class="num">Lost updates</th></tr></thead>
    <tbody>${interruptions.map(interruptionRow)}</tbody>
    <tfoot><tr><th scope="row" colspan="6">All together</th><td class="num">${formatSeconds(wastedSeconds)}</td><td class="num">${lostUpdates(interruptions)}</td></tr></tfoot></table></div></section>`;
}

function captionOf(interruptions: readonly InterruptionRecord[], wastedSeconds: number): string {
  const listed = interruptions.reduce((sum, { lostSeconds }) => sum + lostSeconds, 0);
  const count = plural(interruptions.length, 'interruption');
  return wastedSeconds - listed > 0.5
    ? `The costliest ${count}; the rest lost ${formatSeconds(wastedSeconds - listed)} together`
    : `${count}, the costliest first`;
}

function interruptionRow(interruption: InterruptionRecord): Markup {
  const { symbol, stage, part, host, startedAt, lostSeconds, lostSteps } = interruption;
  return markup`<tr><th scope="row">${symbol}</th><td>${stage}</td><td class="whole">${part === '' ? '–' : part}</td><td class="text">${whatHappened(interruption)}${logLink(interruption)}</td><td class="whole">${host}</td><td class="num">${formatIso(startedAt)}</td><td class="num">${formatSeconds(lostSeconds)}</td><td class="num">${lostSteps === null ? '–' : formatCount(lostSteps)}</td></tr>`;
}

/** The log of the attempt stands beside the report. Names hold percent signs, which an address would take for its own. */
function logLink({ log }: InterruptionRecord): Markup {
  return log === undefined ? NOTHING : markup` <a href="${log.split('/').map(encodeURIComponent).join('/')}">log</a>`;
}

function whatHappened({ outcome, code, lostSteps }: InterruptionRecord): Markup {
  switch (outcome) {
    case 'running':
      return markup`<b>killed</b>: nothing was heard of it any more, so its worker or machine went away without a word`;
    case 'stopped':
      return lostSteps === null
        ? markup`<b>stopped</b> by a pause, a cancellation or the end of its worker; computed again later`
        : markup`<b>stopped</b> by a pause, a cancellation or the end of its worker, with a checkpoint to go on from`;
    case 'adopted':
      return markup`<b>overtaken</b>: another attempt had published the same result, which was taken`;
    case 'failed': {
      const known = code ?? 'Unexpected';
      return markup`<code class="bad">${known}</code> <span class="muted">${withCode(errorEntry(known).meaning)}</span>`;
    }
  }
}

/** The updates of nets lost in all; a dash where no net was interrupted. */
function lostUpdates(interruptions: readonly InterruptionRecord[]): string {
  const known = interruptions.flatMap(({ lostSteps }) => (lostSteps === null ? [] : [lostSteps]));
  return known.length === 0 ? '–' : formatCount(known.reduce((sum, steps) => sum + steps, 0));
}
