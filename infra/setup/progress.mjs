import { clearInterval, setInterval } from 'node:timers';

const LINE_EVERY_MS = 10_000;
const REDRAW_EVERY_MS = 500;

/** Writes one line of set-up news. Always to stderr: stdout belongs to the command that is started afterwards. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Runs `work(note)` under a label and shows that it goes on: on a terminal one line is redrawn, elsewhere a line comes every
 * ten seconds, both with the seconds elapsed and the last `note`. Answers what `work` answers; `succeeded` judges that answer for the last line.
 */
export async function withProgress(label, work, { succeeded = () => true, out = process.stderr } = {}) {
  const startedMs = Date.now();
  let latest = '';
  const line = () => `  ${label} … ${seconds(startedMs)} s${latest === '' ? '' : ` (${latest})`}`;
  const onTerminal = out.isTTY === true;
  out.write(onTerminal ? line() : `  ${label} …\n`);
  const redraw = () => out.write(onTerminal ? `\r\u001b[2K${line()}` : `${line()}\n`);
  const timer = setInterval(redraw, onTerminal ? REDRAW_EVERY_MS : LINE_EVERY_MS);
  let ending = 'failed after';
  try {
    const value = await work((text) => {
      latest = text;
    });
    if (succeeded(value)) ending = 'done in';
    return value;
  } finally {
    clearInterval(timer);
    out.write(`${onTerminal ? '\r\u001b[2K' : ''}  ${label}: ${ending} ${seconds(startedMs)} s\n`);
  }
}

const seconds = (startedMs) => Math.round((Date.now() - startedMs) / 1000);
