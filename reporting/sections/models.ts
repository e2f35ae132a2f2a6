import { CLASS_NAMES } from '../../domain/core/classes';
import type { ModelRecord } from '../../shared/contracts/run-record';
import { familyLabel } from '../family-names';
import { formatBytes, formatCount, plural } from '../format';
import { markup, NOTHING, type Markup } from '../markup';
import { criterionText } from './criteria';

const GRADE_WORDS: Readonly<Record<string, string>> = {
  A: 'beyond what is published: suspect a leak first',
  B: 'exceptional',
  C: 'good',
  D: 'a weak edge that survives costs',
  F: 'no edge that could be held',
};

/** What is said in words about each model of one horizon: grade, production criteria, warnings, what it was judged on. */
export function modelsTable(models: readonly ModelRecord[]): Markup {
  return markup`<div class="scroll"><table><thead><tr>${[
    'Model',
    'Grade',
    'Production criteria',
    'Judged on',
    'Calibrators',
    'Bundle',
  ].map(
    (name) => markup`<th scope="col">${name}</th>`,
  )}</tr></thead><tbody>${models.map(modelRow)}</tbody></table></div>${warningsOf(models)}`;
}

function modelRow(model: ModelRecord): Markup {
  const { evaluation } = model;
  return markup`<tr><th scope="row">${familyLabel(model.family)}</th>
    <td class="grade">${evaluation.grade}<br><span class="muted small">${GRADE_WORDS[evaluation.grade] ?? 'no known grade'}</span></td>
    <td class="criteria">${evaluation.production.map(
      (check) => markup`<div class="${check.passed ? 'good' : 'bad'}">${criterionText(check)}</div>`,
    )}</td>
    <td class="num">${formatCount(evaluation.testRows)} rows<br><span class="muted small">${formatCount(evaluation.skippedRows)} skipped<br>${formatCount(evaluation.trades)} trades</span></td>
    <td>${calibratorsText(model)}</td><td class="whole">${bundleText(model)}</td></tr>`;
}

function warningsOf(models: readonly ModelRecord[]): Markup {
  const lines = models.flatMap((model) =>
    model.evaluation.warnings.map(
      (warning) => markup`<li><span class="caution">${familyLabel(model.family)}:</span> ${warning}</li>`,
    ),
  );
  return lines.length === 0 ? NOTHING : markup`<ul class="notes">${lines}</ul>`;
}

/** The calibrators of the folds with their counts, such as `isotonic × 3, none × 1`. */
function calibratorsText({ calibrators }: ModelRecord): string {
  if (calibrators.length === 0) return '–';
  return [...new Set(calibrators)]
    .map((method) => `${method}\u00a0×\u00a0${calibrators.filter((one) => one === method).length}`)
    .join(', ');
}

function bundleText({ bundle }: ModelRecord): Markup {
  if (bundle === null) return markup`<span class="muted">none saved</span>`;
  return markup`<code title="${bundle.uri}">${bundle.sha256.slice(0, 12)}</code><br><span class="muted small">${formatBytes(bundle.bytes)}</span>`;
}

/** How often each class was taken for each other: actual classes down, forecast classes across. */
export function confusionTable(model: ModelRecord): Markup {
  const rows = CLASS_NAMES.map((actual, row) => {
    const counts = model.evaluation.confusion[row] ?? [];
    const total = counts.reduce((sum, count) => sum + count, 0);
    const cells = CLASS_NAMES.map((_, column) => confusionCell(counts[column] ?? 0, total));
    return markup`<tr><th scope="row">was ${actual}</th>${cells}<td class="num">${formatCount(total)}</td></tr>`;
  });
  return markup`<div class="scroll after"><table><caption>Confusion of ${familyLabel(model.family)}: rows of the test period${pathsNote(model)}</caption><thead><tr><th scope="col"></th>${CLASS_NAMES.map(
    (name) => markup`<th scope="col" class="num">forecast ${name}</th>`,
  )}<th scope="col" class="num">all</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Whoever adds up rows of several paths finds every one as often as there are paths. */
export function pathsNote({ evaluation }: ModelRecord): string {
  return evaluation.paths === undefined ? '' : `, over all ${plural(evaluation.paths.length, 'path')}`;
}

function confusionCell(count: number, total: number): Markup {
  const share =
    total === 0 ? NOTHING : markup` <span class="muted small">${Math.round((100 * count) / total)} %</span>`;
  return markup`<td class="num">${formatCount(count)}${share}</td>`;
}
