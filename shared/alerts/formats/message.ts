import { sha256Hex } from '../../store/hash';
import type { Alert, Notice } from '../alert';

/** What every format needs beside the notice. */
export interface Installation {
  /** What alerts call it, so that two installations are told apart. */
  readonly source: string;
  readonly namespace: string;
  readonly uiUrl: string | null;
  readonly runbookUrl: string | null;
}

/** A request of a webhook, without where it goes. */
export interface Message {
  /** The same however often this notice is sent, and of no other notice. */
  readonly id: string;
  readonly body: string;
}

export interface Link {
  readonly text: string;
  readonly url: string;
}

export function messageId({ alert, since, number }: Notice, { source }: Installation): string {
  return sha256Hex(JSON.stringify([source, alert.key, since, number])).slice(0, 32);
}

/** Pages for people: the run in the UI, and what the runbook says. */
export function linksOf(alert: Alert, { namespace, uiUrl, runbookUrl }: Installation): readonly Link[] {
  const { workflow } = alert;
  return [
    ...(uiUrl === null || workflow === null
      ? []
      : [
          {
            text: 'Temporal UI',
            url: `${trimmed(uiUrl)}/namespaces/${segment(namespace)}/workflows/${segment(workflow.workflowId)}/${segment(workflow.runId)}`,
          },
        ]),
    ...(runbookUrl === null ? [] : [{ text: 'Runbook', url: `${trimmed(runbookUrl)}/${alert.runbook}` }]),
  ];
}

/** `Firing`, `Still firing` or `Resolved`, with the title. */
export function headline({ alert, state }: Notice): string {
  switch (state) {
    case 'firing':
      return alert.title;
    case 'again':
      return `Still: ${alert.title}`;
    case 'resolved':
      return `Over: ${alert.title}`;
    default:
      return state satisfies never;
  }
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}

/** A lone surrogate has no place in an address. */
function segment(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
}
