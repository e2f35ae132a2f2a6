import { randomBytes } from 'node:crypto';
import { secretReader } from '../../shared/runtime/secrets';
import { startCodecServer } from '../../shared/temporal/codec-server';
import { createPayloadCodec } from '../../shared/temporal/payload-codec';
import type { CommandContext } from '../command-context';
import { runningServer } from '../runtime/temporal-server';
import { EXIT, UsageError } from '../usage-error';

/** The secret that holds the token; without it a new one is made at each start and told. */
const TOKEN_SECRET = 'codec-token';
const LOOPBACK = ['127.0.0.1', 'localhost', '::1'];

export interface CodecServerFlags {
  readonly host: string;
  readonly port: string;
  readonly origin?: readonly string[];
}

/** Lets the Temporal UI show what is encrypted, until Ctrl-C. */
export async function codecServerCommand(context: CommandContext, flags: CodecServerFlags): Promise<number> {
  const { settings, say } = context;
  const { payloadKeys, readsPlaintext } = settings;
  if (payloadKeys === null) {
    throw new UsageError(
      'nothing is encrypted: CANDLEWICK_PAYLOAD_KEYS names no key, so the UI needs no codec server.',
    );
  }
  const port = Number(flags.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(`--port ${flags.port}: expected 0 to 65535`);
  const token = tokenFor(flags.host, context.env);
  const origins = flags.origin ?? (await originsOfUi(settings.home));
  const server = await startCodecServer({
    host: flags.host,
    port,
    token: token.value,
    origins,
    codecOf: (namespace) =>
      createPayloadCodec({ keys: payloadKeys.reveal(), namespace: namespace ?? settings.namespace, readsPlaintext }),
  });
  const base = `http://${flags.host.includes(':') ? `[${flags.host}]` : flags.host}:${String(server.port)}`;
  say(`Codec server at ${base} for pages of ${origins.join(', ')}`);
  say(
    token.isNew
      ? `In the UI (glasses, top right) take as codec endpoint: ${base}/${token.value}`
      : `In the UI (glasses, top right) take as codec endpoint: ${base}/<the secret ${TOKEN_SECRET}>`,
  );
  const stop = context.listenForStop();
  await stop.whenRequested;
  await server.close();
  return EXIT.done;
}

function tokenFor(host: string, env: NodeJS.ProcessEnv): { readonly value: string; readonly isNew: boolean } {
  try {
    return { value: secretReader(env)(TOKEN_SECRET), isNew: false };
  } catch (error) {
    if (LOOPBACK.includes(host)) return { value: randomBytes(24).toString('base64url'), isNew: true };
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`on ${host}, which others reach, the codec server needs a token of yours: ${reason}.`);
  }
}

/** Where the UI of the state folder's server is; else where a development server has it. */
async function originsOfUi(home: string): Promise<readonly string[]> {
  const record = await runningServer(home);
  const port = record === null ? '8233' : new URL(record.uiUrl).port;
  return [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
}
