import { onStopRequest } from '../../../workers/stop-request';

/** Says each request to stop that it is told of; lives until it is told to leave, or for a while after its parent is gone. */
const stay = setInterval(() => undefined, 1_000);
onStopRequest((reason) => {
  process.stdout.write(`stop: ${reason}\n`);
  if (!process.connected) clearInterval(stay);
});
process.on('message', () => {
  clearInterval(stay);
  process.disconnect();
});
process.send?.('listening');
