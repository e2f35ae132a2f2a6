import { z } from 'zod';

export const CONNECTION_VARIABLES = {
  TEMPORAL_ADDRESS: z.string().refine(isHostAndPort, 'expected host:port, such as 127.0.0.1:7233').optional(),
  TEMPORAL_NAMESPACE: z.string().min(1).optional(),
};

type Given = z.infer<z.ZodObject<typeof CONNECTION_VARIABLES>>;

/** How the Temporal server is reached. */
export interface ConnectionSettings {
  /** null: the server recorded in the state folder, else one of our own. */
  readonly temporalAddress: string | null;
  readonly namespace: string;
}

export function connectionSettingsOf({ TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE }: Given): ConnectionSettings {
  return { temporalAddress: TEMPORAL_ADDRESS ?? null, namespace: TEMPORAL_NAMESPACE ?? 'default' };
}

function isHostAndPort(text: string): boolean {
  const [, port] = /^\S+:(\d{1,5})$/.exec(text) ?? [];
  return Number(port) > 0 && Number(port) < 65_536;
}
