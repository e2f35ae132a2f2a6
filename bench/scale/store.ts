import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startS3Server } from '../../tests/support/s3-server';

/** The store of the scale run: a real S3 server on this machine. */
export interface ScaleStore {
  readonly env: NodeJS.ProcessEnv;
  readonly pid: number;
  /** Where its objects lie as files: to look at them past the protocol. */
  readonly root: string;
  /** Files of writes that were begun and not ended. */
  leftovers(): readonly string[];
  /** What was done to it, for people. */
  told(): string;
  readonly close: () => Promise<void>;
}

const PREFIX = 'scale';
/** Where the S3 server keeps what is being written. */
const TEMPORARY = '.sgwtmp';

export async function openScaleStore(): Promise<ScaleStore> {
  const server = await startS3Server();
  return {
    env: { ...server.env, CANDLEWICK_STORE: `s3://candlewick/${PREFIX}` },
    pid: server.pid,
    root: join(server.folder, PREFIX),
    leftovers: () => filesBelow(join(server.folder, TEMPORARY)),
    told: () => 'an S3 store',
    close: () => server.close(),
  };
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
}
