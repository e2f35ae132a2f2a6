import { z } from 'zod';
import { Hidden } from '../hidden';
import { secretReader } from '../secrets';
import { PAYLOAD_VARIABLES, payloadSettingsOf, type PayloadSettings } from './payload-settings';
import { temporalCredentialsOf, type TemporalCredentials } from './temporal-credentials';

export const CONNECTION_VARIABLES = {
  TEMPORAL_ADDRESS: z.string().refine(isHostAndPort, 'expected host:port, such as 127.0.0.1:7233').optional(),
  TEMPORAL_NAMESPACE: z.string().min(1).optional(),
  ...PAYLOAD_VARIABLES,
};

type Given = z.infer<z.ZodObject<typeof CONNECTION_VARIABLES>>;

/** How the Temporal server is reached. */
export interface ConnectionSettings extends PayloadSettings {
  /** null: the server recorded in the state folder, else one of our own. */
  readonly temporalAddress: string | null;
  readonly namespace: string;
  /** Certificates and API key. A server of our own needs none. */
  readonly temporalCredentials: Hidden<TemporalCredentials>;
}

/** Throws an Error that names the wrong variable and what is expected of it, never what it holds. */
export function connectionSettingsOf(
  given: Given,
  env: NodeJS.ProcessEnv,
  workingDirectory: string,
): ConnectionSettings {
  const temporalAddress = given.TEMPORAL_ADDRESS ?? null;
  return {
    temporalAddress,
    namespace: given.TEMPORAL_NAMESPACE ?? 'default',
    temporalCredentials: new Hidden(temporalCredentialsOf(env, temporalAddress, workingDirectory)),
    ...payloadSettingsOf(given, secretReader(env)),
  };
}

function isHostAndPort(text: string): boolean {
  const [, port] = /^\S+:(\d{1,5})$/.exec(text) ?? [];
  return Number(port) > 0 && Number(port) < 65_536;
}
