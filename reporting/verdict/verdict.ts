import type { RunRecord, SymbolRecord } from '../../shared/contracts/run-record';
import { familyLabel } from '../family-names';
import { formatCount, formatNumber, formatPercent, plural } from '../format';
import { median } from '../median';
import { formatMetricValue } from '../metric-table';
import { targetBreakText } from '../target-breaks';
import { candidateOf, leadOf, numberOf, type Candidate } from './candidate';
import { metricText, NEXT_OF_BELIEVED, RULES, type Rule, type Standing } from './rules';

/** `yes`: no rule speaks against it; `open`: none fails, but a number is missing. */
export type Belief = 'yes' | 'notYet' | 'no' | 'open';

export interface CheckedRule {
  readonly rule: Rule;
  readonly standing: Standing;
  readonly measured: string;
}

/** The judgement of one symbol. */
export interface Judgement {
  readonly candidate: Candidate;
  readonly belief: Belief;
  /** The first rule that fails, else the first that is unknown; null where all hold. */
  readonly decidedBy: Rule | null;
  readonly checks: readonly CheckedRule[];
}

/** What a run comes to: three sentences for a person who reads nothing else, and what they rest on. */
export interface Verdict {
  readonly belief: Belief | 'nothing';
  readonly found: string;
  readonly believe: string;
  readonly next: string;
  /** By lead on the choosing rows, the largest first. */
  readonly judgements: readonly Judgement[];
}

const ANSWERS: Readonly<Record<Belief, string>> = { yes: 'Yes', notYet: 'Not yet', no: 'No', open: 'Not to be told' };
/** What is said first, and acted on first. */
const GRAVITY: readonly Belief[] = ['yes', 'notYet', 'open', 'no'];

/** Judges a candidate by every rule. */
export function judgeCandidate(candidate: Candidate): Judgement {
  const checks = RULES.map((rule) => ({
    rule,
    standing: rule.standing(candidate),
    measured: rule.measured(candidate),
  }));
  const failed = checks.find(({ standing }) => standing === 'fails')?.rule;
  const missing = checks.find(({ standing }) => standing === 'unknown')?.rule;
  if (failed !== undefined) return { candidate, belief: failed.refuses, decidedBy: failed, checks };
  return { candidate, belief: missing === undefined ? 'yes' : 'open', decidedBy: missing ?? null, checks };
}

/**
 * What was found, whether to believe it, and what to do next: a sentence each (the last may have a second one). Each symbol
 * is judged by the model that the choosing rows prefer, never by the test rows that its numbers are measured on.
 */
export function verdictOf({ symbols }: Pick<RunRecord, 'symbols'>): Verdict {
  const judgements = symbols
    .flatMap((symbol) => candidateOf(symbol) ?? [])
    .sort((a, b) => leadOf(b) - leadOf(a))
    .map(judgeCandidate);
  const [first] = judgements;
  if (first === undefined) return nothingJudged(symbols);
  const others = symbols.length - judgements.length;
  const left = others === 0 ? '' : ` ${plural(others, 'symbol')} failed or had nothing to judge.`;
  return {
    belief: judgements.length === 1 ? first.belief : bestBelief(judgements),
    found: `${judgements.length === 1 ? foundOne(first.candidate) : foundMany(judgements, first.candidate)}${left}`,
    believe: judgements.length === 1 ? believeOne(first) : believeMany(judgements, first),
    next: nextOf(judgements),
    judgements,
  };
}

function nothingJudged(symbols: readonly SymbolRecord[]): Verdict {
  const failed = symbols.filter(({ status }) => status === 'failed').length;
  const isBaselineOnly = symbols.some(({ models }) => models.length > 0);
  return {
    belief: 'nothing',
    found: isBaselineOnly
      ? 'Nothing but the majority class was judged in this run.'
      : 'No model was judged in this run.',
    believe: 'There is nothing to believe.',
    next:
      failed > 0
        ? `Mend what made ${plural(failed, 'symbol')} fail and retry the run: the reasons stand below.`
        : 'Run it on to the evaluation, with a model that learns.',
    judgements: [],
  };
}

function nameOf({ model, symbol }: Candidate): string {
  return `${familyLabel(model.family)} at ${plural(model.horizonBars, 'bar')} on ${symbol}`;
}

function numbersOf({ model: { evaluation } }: Candidate): string {
  const { informationCoefficient, sharpe } = evaluation.metrics;
  const traded =
    evaluation.trades === 0 ? 'no trade' : `a yearly Sharpe ratio after costs of ${metricText('sharpe', sharpe)}`;
  const paths = evaluation.paths?.length ?? 1;
  const over = paths > 1 ? `over ${plural(paths, 'backtest path')}` : 'by block bootstrap of one backtest path';
  return `an information coefficient of ${metricText('informationCoefficient', informationCoefficient)} and ${traded} (95 % intervals, ${over})`;
}

function foundOne(candidate: Candidate): string {
  return `${capital(nameOf(candidate))}, which the choosing rows prefer among ${plural(candidate.judged, 'model')}, has ${numbersOf(candidate)} on rows it had not seen.`;
}

function foundMany(judgements: readonly Judgement[], first: Candidate): string {
  const coefficients = judgements.flatMap(
    ({ candidate }) => numberOf(candidate.model.evaluation.metrics.informationCoefficient.value) ?? [],
  );
  return `On ${plural(judgements.length, 'symbol')} the models that the choosing rows prefer have a median information coefficient of ${formatNumber(median(coefficients), 3)}; the first of them, ${nameOf(first)}, has ${numbersOf(first)} on rows it had not seen.`;
}

function believeOne(judgement: Judgement): string {
  return `${ANSWERS[judgement.belief]}: ${reasonOf(judgement)}; ${evidenceOf(judgement.candidate)}.`;
}

function reasonOf({ decidedBy, belief }: Judgement): string {
  if (decidedBy === null) return 'nothing that was checked speaks against it';
  return belief === 'open' ? decidedBy.missing : decidedBy.reason;
}

/** The numbers that a sceptic asks for first, also where they are missing. */
function evidenceOf({ model, baseline, simple, study, deflated, target }: Candidate): string {
  const luck =
    study === null || study.broken !== null
      ? 'no DSR and no PBO without a sound ledger of trials'
      : `DSR ${formatPercent(numberOf(deflated?.dsr))} and PBO ${formatPercent(numberOf(study.pbo?.value))} over ${plural(study.trials, 'trial')}`;
  const loss = (of: Candidate['model']): string => formatMetricValue('logLoss', of.evaluation.metrics.logLoss.value);
  const beside = [baseline, simple].flatMap((other) =>
    other === null ? [] : [`${loss(other)} of ${other === baseline ? 'the ' : ''}${familyLabel(other.family)}`],
  );
  return `${luck}; log loss ${loss(model)}${beside.length === 0 ? ', with no baseline beside it' : ` beside ${beside.join(' and ')}`}${breakOf(target)}`;
}

/** A break in what was learnt from is no fault of the model, and the test rows judge it all the same: said, not a rule. */
function breakOf(target: Candidate['target']): string {
  const broken = target === null ? null : targetBreakText(target);
  return broken === null ? '' : `; within the first training part its target changed its ${broken}`;
}

/** How many symbols each answer holds for, and the commonest reasons. */
function believeMany(judgements: readonly Judgement[], first: Judgement): string {
  const groups = grouped(judgements);
  const clauses = groups.map(({ members, sample }) => {
    return `${ANSWERS[sample.belief].toLowerCase()} on ${formatCount(members.length)}${namesOf(members)}, where ${reasonOf(sample)}`;
  });
  const believed = judgements.filter(({ belief }) => belief === 'yes').length;
  const luck =
    believed === 0 ? '' : `; of ${plural(judgements.length, 'symbol')} one in twenty would pass a test at 95 % by luck`;
  return `Of ${plural(judgements.length, 'symbol')}: ${clauses.join('; ')}${luck}. Of the first: ${evidenceOf(first.candidate)}.`;
}

const NAMED = 3;

function namesOf(members: readonly Judgement[]): string {
  return members.length > NAMED ? '' : ` (${members.map(({ candidate }) => candidate.symbol).join(', ')})`;
}

interface Group {
  readonly sample: Judgement;
  readonly members: readonly Judgement[];
}

/** Judgements by the rule that decided: what is believed first, then in the order of the rules. */
function grouped(judgements: readonly Judgement[]): readonly Group[] {
  const keyOf = ({ decidedBy, belief }: Judgement): string => `${belief} ${decidedBy?.name ?? ''}`;
  const keys = [...new Set(judgements.map(keyOf))];
  const placeOf = ({ sample }: Group): number => (sample.decidedBy === null ? -1 : RULES.indexOf(sample.decidedBy));
  return keys
    .flatMap((key) => {
      const members = judgements.filter((one) => keyOf(one) === key);
      return members[0] === undefined ? [] : [{ sample: members[0], members }];
    })
    .sort((a, b) => placeOf(a) - placeOf(b));
}

/** What the gravest finding asks for, or the commonest one; what is believed is never left out. */
function nextOf(judgements: readonly Judgement[]): string {
  const groups = grouped(judgements);
  const [first] = groups;
  if (first === undefined) return '';
  if (groups.length === 1) return stepOf(first.sample);
  const leak = groups.find(({ sample }) => sample.belief !== 'open' && sample.decidedBy === RULES[0]);
  const believed = groups.find(({ sample }) => sample.belief === 'yes');
  const commonest = [...groups].sort((a, b) => b.members.length - a.members.length)[0] ?? first;
  const told = [...new Set([leak, believed, commonest].filter((group) => group !== undefined))];
  return told
    .slice(0, 2)
    .map(
      ({ sample, members }) =>
        `${members
          .map(({ candidate }) => candidate.symbol)
          .slice(0, NAMED)
          .join(
            ', ',
          )}${members.length > NAMED ? ` and ${formatCount(members.length - NAMED)} more` : ''}: ${stepOf(sample)}`,
    )
    .join(' ');
}

function stepOf({ decidedBy, candidate }: Judgement): string {
  return decidedBy === null ? NEXT_OF_BELIEVED : decidedBy.next(candidate);
}

function bestBelief(judgements: readonly Judgement[]): Belief {
  return GRAVITY.find((belief) => judgements.some((one) => one.belief === belief)) ?? 'no';
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
