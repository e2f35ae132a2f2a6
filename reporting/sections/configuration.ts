import type { RunRecord } from '../../shared/contracts/run-record';
import { markup, NOTHING, type Markup } from '../markup';

/** The effective configuration and the environment, folded away. */
export function configurationSection(record: RunRecord): Markup {
  const rows = Object.entries(record.environment)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => markup`<tr><th scope="row">${name}</th><td><code>${value}</code></td></tr>`);
  return markup`<details class="card"><summary><h2>Configuration and environment</h2><span class="muted small">every setting of this run, with its defaults</span></summary>
    <div class="body">${
      rows.length === 0
        ? NOTHING
        : markup`<div class="scroll"><table><caption>Environment</caption><thead><tr><th scope="col">Part</th><th scope="col">Version or value</th></tr></thead><tbody>${rows}</tbody></table></div>`
    }
    <h4>Effective configuration</h4><pre tabindex="0">${JSON.stringify(record.config, null, 2)}</pre></div></details>`;
}
