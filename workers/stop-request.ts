/**
 * Calls `stop` once: on SIGINT or SIGTERM, or when the process that started this one closes its channel (a command that
 * was killed must not leave a worker behind).
 */
export function onStopRequest(stop: (reason: string) => void): void {
  let asked = false;
  const once = (reason: string): void => {
    if (asked) return;
    asked = true;
    stop(reason);
  };
  process.on('SIGINT', () => once('SIGINT'));
  process.on('SIGTERM', () => once('SIGTERM'));
  if (process.send !== undefined) process.on('disconnect', () => once('the parent process is gone'));
}
