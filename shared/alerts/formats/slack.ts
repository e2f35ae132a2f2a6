import type { Notice } from '../alert';
import type { Installation, Link, Message } from './message';
import { headline, linksOf, messageId } from './message';

/** Limits of Slack's Block Kit: text of a header, of a section, and of a message. */
const HEADER_LENGTH = 150;
const SECTION_LENGTH = 3_000;
const TEXT_LENGTH = 4_000;
/** Of a context element. */
const CONTEXT_LENGTH = 2_000;
/** There are two at most, and each is whole or not there. */
const LINK_LENGTH = 900;

const SIGNS = { info: '🔵', warning: '🟡', error: '🔴', critical: '🚨' } as const;

/**
 * An incoming webhook of Slack. What others wrote stands in plain text, which Slack never takes for a mention or a link, and
 * is escaped besides.
 */
export function slackMessage(notice: Notice, installation: Installation): Message {
  const { alert, state, since } = notice;
  const sign = state === 'resolved' ? '🟢' : SIGNS[alert.severity];
  const title = `${sign} ${headline(notice)}`;
  const commands = state === 'resolved' ? [] : alert.commands;
  const facts = Object.entries(alert.facts).map(([name, value]) => `${name}: ${String(value)}`);
  const origin = `${installation.source} · ${alert.kind} · ${alert.severity} · since ${since.slice(0, 16).replace('T', ' ')} UTC`;
  const report = alert.report === null ? [] : [`Report: ${alert.report}`];
  const blocks = [
    { type: 'header', text: plain(title, HEADER_LENGTH) },
    ...section(alert.text),
    ...section([...commands, ...report, `See docs/${alert.runbook}`].join('\n')),
    ...linkBlock(linksOf(alert, installation)),
    { type: 'context', elements: [plain([origin, ...facts].join(' · '), CONTEXT_LENGTH)] },
  ];
  // Shown in notifications, where it is read as markup: no mark may begin one.
  const text = withinEscaped(`${title}\n${alert.text}`, TEXT_LENGTH);
  return { id: messageId(notice, installation), body: JSON.stringify({ text, mrkdwn: false, blocks }) };
}

function section(text: string): readonly object[] {
  return text.trim() === '' ? [] : [{ type: 'section', text: plain(text, SECTION_LENGTH) }];
}

function plain(text: string, length: number): object {
  return { type: 'plain_text', emoji: false, text: withinEscaped(text, length) };
}

function linkBlock(links: readonly Link[]): readonly object[] {
  const whole = links.map(({ text, url }) => `<${linkUrl(url)}|${escaped(text)}>`);
  const short = whole.filter((link) => link.length <= LINK_LENGTH);
  if (short.length === 0) return [];
  return [{ type: 'context', elements: [{ type: 'mrkdwn', verbatim: true, text: short.join(' · ') }] }];
}

function linkUrl(url: string): string {
  return escaped(url.replaceAll('|', '%7C').replaceAll('<', '%3C').replaceAll('>', '%3E'));
}

/** Cut so that it is short enough once it is escaped, and no entity is cut in two. */
function withinEscaped(text: string, length: number): string {
  const whole = escaped(text);
  if (whole.length <= length) return whole;
  const characters: string[] = [];
  let used = 1;
  for (const character of text) {
    used += escaped(character).length;
    if (used > length) break;
    characters.push(character);
  }
  return `${escaped(characters.join(''))}…`;
}

/** The three characters of Slack's markup. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
