import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startFaultyS3Proxy } from '../../tests/support/faulty-s3-proxy';
import { s3Environment, startS3Server } from '../../tests/support/s3-server';

/** The store of the scale run: a real S3 server on this machine, behind a proxy that answers some requests with 503. */
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

/** Half of the struck requests are done all the same: the client cannot know which. */
export async function openScaleStore(faultShare: number): Promise<ScaleStore> {
  const server = await startS3Server();
  const shares = { refuse: faultShare / 2, refuseAfter: faultShare / 2 };
  const proxy = await startFaultyS3Proxy(server.endpoint, { shares });
  return {
    env: { ...s3Environment(proxy.endpoint), CANDLEWICK_STORE: `s3://candlewick/${PREFIX}` },
    pid: server.pid,
    root: join(server.folder, PREFIX),
    leftovers: () => filesBelow(join(server.folder, TEMPORARY)),
    told: () => {
      const [refused, done] = [proxy.count('refuse'), proxy.count('refuseAfter')];
      return `an S3 store that answered ${String(refused + done)} of ${String(proxy.seen().length)} requests with 503, after doing ${String(done)} of them`;
    },
    close: async () => {
      await proxy.close();
      await server.close();
    },
  };
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );
}
