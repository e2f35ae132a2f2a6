import type { RunRecord } from '../shared/contracts/run-record';
import { markup, trusted } from './markup';
import { SCRIPT } from './script';
import { configurationSection } from './sections/configuration';
import { failuresSection } from './sections/failures';
import { glossarySection } from './sections/glossary';
import { headerSection } from './sections/header';
import { interruptionsSection } from './sections/interruptions';
import { overfittingSection } from './sections/overfitting';
import { revisionsSection } from './sections/revisions';
import { runStagesSection } from './sections/stages';
import { summarySection } from './sections/summary';
import { symbolSection } from './sections/symbol';
import { verdictSection } from './sections/verdict-table';
import { warningsSection } from './sections/warnings';
import { STYLE } from './style';

/** Up to so many symbols are shown unfolded. */
const OPEN_SYMBOLS = 2;
/** Beyond so many symbols some pictures give way to words, so that the page stays usable. */
const MANY_SYMBOLS = 24;
/** Learning curves of one page; each takes about 3 kB. */
const MOST_CURVES = 240;

/**
 * The report of a run as one HTML file that asks for nothing from outside: pictures are SVG in the page, and a content
 * policy forbids every request. It reads without scripts, in light and dark, on a phone and on paper. The same record
 * gives the same bytes.
 */
export function renderReport(record: RunRecord): string {
  const { symbols } = record;
  const isCrowded = symbols.length > MANY_SYMBOLS;
  const curveLimit = Math.floor(MOST_CURVES / Math.max(1, symbols.length));
  const page = markup`<!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
    <title>Candlewick run ${record.runId}</title><style>${trusted(STYLE)}</style></head>
    <body><main>${headerSection(record)}
    ${failuresSection(symbols)}
    ${warningsSection(symbols)}
    ${revisionsSection(symbols)}
    ${summarySection(symbols)}
    ${verdictSection(symbols)}
    ${overfittingSection(symbols)}
    ${symbols.map((symbol, index) => symbolSection(symbol, { index, isOpen: symbols.length <= OPEN_SYMBOLS, isCrowded, curveLimit }))}
    ${runStagesSection(symbols)}
    ${interruptionsSection(record)}
    ${glossarySection()}
    ${configurationSection(record)}
    <footer>Candlewick run record, version ${record.schemaVersion}. All times are UTC.</footer></main>
    <script>${trusted(SCRIPT)}</script></body></html>`;
  return `${page.text}\n`;
}
