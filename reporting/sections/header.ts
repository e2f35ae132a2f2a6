import type { ModelRecord, RunRecord } from '../../shared/contracts/run-record';
import {
  baselineOf,
  compareModels,
  earningsOf,
  horizonsOf,
  modelsOf,
  passesProduction,
  BASELINE_FAMILY,
} from '../comparison';
import { formatCount, formatIso, formatSeconds, plural } from '../format';
import { markup, NOTHING, type Markup, type Piece } from '../markup';
import { verdictBlock } from './verdict-block';

const STATUS: Readonly<Record<RunRecord['status'], { readonly tone: string; readonly words: string }>> = {
  done: { tone: 'good', words: 'done' },
  partial: { tone: 'caution', words: 'partial: some symbols failed' },
  failed: { tone: 'bad', words: 'failed' },
};

/** Who, when, how long, and what the whole run says in two or three sentences. */
export function headerSection(record: RunRecord): Markup {
  const status = STATUS[record.status];
  const failed = record.symbols.filter((symbol) => symbol.status === 'failed').length;
  const done = record.symbols.length - failed;
  return markup`<header class="card">
    <div class="title"><h1>Run ${record.runId}</h1><span class="pill ${status.tone}">${status.words}</span></div>
    ${verdictBlock(record)}
    <dl class="facts">
    ${fact('Symbols', `${formatCount(done)} done, ${formatCount(failed)} failed`)}
    ${fact('Bars as of', formatIso(record.asOf))}
    ${fact('Started', formatIso(record.startedAt))}
    ${fact('Wall time', formatSeconds(record.wallSeconds))}
    ${fact('Work thrown away', wastedText(record))}
    ${fact('Stage results', `${formatCount(record.computed)} computed, ${formatCount(record.cacheHits)} from the cache`)}
    ${stampFact(record)}
    </dl>
    <ul class="headline">${headlines(record).map((line) => markup`<li>${line}</li>`)}</ul>
    ${jumps(record)}
    </header>`;
}

/** With the way to its reasons, where there are any. */
function wastedText({ wastedSeconds, interruptions }: RunRecord): Piece {
  const text = formatSeconds(wastedSeconds);
  return interruptions.length === 0 ? text : markup`<a href="#interruptions">${text}</a>`;
}

function fact(name: string, value: Piece): Markup {
  return markup`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

/** How the stamps of the bars were read; one line for each way, with the number of symbols where there are several. */
function stampFact(record: RunRecord): Markup {
  const counts = new Map<string, number>();
  for (const { ledger } of record.symbols) {
    if (ledger !== null) counts.set(ledger.stampNote, (counts.get(ledger.stampNote) ?? 0) + 1);
  }
  if (counts.size === 0) return NOTHING;
  const lines = [...counts].map(([note, count]) => (counts.size === 1 ? note : `${note} (${plural(count, 'symbol')})`));
  return markup`<div class="wide"><dt>How the stamps were read</dt>${lines.map((line) => markup`<dd>${line}</dd>`)}</div>`;
}

function headlines(record: RunRecord): readonly string[] {
  const groups = record.symbols.flatMap((symbol) => horizonsOf(symbol).map((horizon) => modelsOf(symbol, horizon)));
  const judged = groups.flat().filter((model) => model.family !== BASELINE_FAMILY);
  if (judged.length === 0) return ['No model was judged in this run.'];
  const beating = groups.flatMap((models) => {
    const baseline = baselineOf(models);
    if (baseline === null) return [];
    return models.filter((model) => compareModels('logLoss', model, baseline)?.standing === 'better');
  });
  const passing = judged.filter(passesProduction).length;
  const warned = judged.filter((model) => model.evaluation.warnings.length > 0).length;
  return [
    `${formatCount(beating.length)} of ${plural(judged.length, 'model')} beat the majority baseline on log loss by more than the 95 % interval.`,
    `${passing === 0 ? 'None' : formatCount(passing)} of them ${passing === 1 ? 'passes' : 'pass'} every production criterion after costs.`,
    ...earnedLines(groups),
    ...(warned > 0 ? [`${plural(warned, 'model')} ${warned === 1 ? 'carries' : 'carry'} a warning; see below.`] : []),
  ];
}

/** Whether the nets were worth their time, in one sentence; nothing where none stands beside a simple model. */
function earnedLines(groups: readonly (readonly ModelRecord[])[]): readonly string[] {
  const measured = groups.flatMap(earningsOf).filter(({ rival }) => rival !== null);
  if (measured.length === 0) return [];
  const earned = measured.filter(({ standing }) => standing === 'better').length;
  const beat =
    'the best simple model beside it (majority, logistic regression or LightGBM) on log loss by more than the 95 % interval';
  return [
    earned === 0
      ? `No net earns its place: none of ${formatCount(measured.length)} beats ${beat}.`
      : `${formatCount(earned)} of ${plural(measured.length, 'net')} ${earned === 1 ? 'earns its' : 'earn their'} place: ${earned === 1 ? 'it beats' : 'each beats'} ${beat}.`,
  ];
}

/** Links to the symbols; the failed ones first, because they are what somebody is looking for. */
function jumps(record: RunRecord): Markup {
  const places = record.symbols.map((symbol, index) => ({ symbol, index, isFailed: symbol.status === 'failed' }));
  const failedFirst = [...places.filter((place) => place.isFailed), ...places.filter((place) => !place.isFailed)];
  const links = failedFirst.map(({ symbol, index, isFailed }) => {
    return markup`<li><a ${isFailed ? markup`class="failed" ` : NOTHING}href="#symbol-${index}">${symbol.symbol}${isFailed ? ' (failed)' : ''}</a></li>`;
  });
  return markup`<nav aria-label="Symbols"><ul class="jumps">${links}</ul></nav>`;
}
