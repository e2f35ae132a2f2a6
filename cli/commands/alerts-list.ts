import { createAlertBook, type Told } from '../../shared/alerts/alert-book';
import { instantText } from '../../shared/alerts/words';
import { openObjectStore } from '../../shared/store/open-store';
import type { CommandContext } from '../command-context';
import { EXIT } from '../usage-error';
import { printJson } from '../views/print-json';
import { textTable } from '../views/text-table';

export interface AlertsListFlags {
  readonly json?: boolean;
}

/** `candlewick alerts list`: the alerts that hold, as the watcher wrote them down, and which channels accepted them. */
export async function alertsListCommand(context: CommandContext, { json }: AlertsListFlags): Promise<number> {
  const { settings, print, say } = context;
  const told = await createAlertBook(openObjectStore(settings)).read();
  const open = told
    .filter(({ notice }) => notice.state !== 'resolved')
    .sort((a, b) => (a.notice.since < b.notice.since ? -1 : 1));
  if (json === true) printJson(context, open.map(asDocument));
  else if (open.length === 0) print('no alert is open');
  else print(textTable(['since', 'severity', 'alert', 'told to', 'key'], open.map(asRow)));
  if (settings.alerts.channels.length === 0)
    say('this shell names no channel (CANDLEWICK_ALERTS); a worker without one looks for nothing and tells nothing');
  return EXIT.done;
}

function asRow({ notice, settled, heard }: Told): readonly string[] {
  const { alert, since } = notice;
  const channels = [...new Set([...heard, ...settled])].sort();
  return [instantText(Date.parse(since)), alert.severity, alert.title, channels.join(', '), alert.key];
}

function asDocument({ notice, settled, heard }: Told): object {
  const { alert, state, number, since, at } = notice;
  return { ...alert, state, number, since, at, settledOn: [...settled].sort(), heardOn: [...heard].sort() };
}
