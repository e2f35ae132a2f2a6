import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Scene } from './scene';

/** The store of the scale run. */
export interface ScaleStore {
  readonly env: NodeJS.ProcessEnv;
  /** Where its objects lie as files: to look at them past the protocol. */
  readonly root: string;
  /** Half-written things: temporary files, open multipart uploads. */
  leftovers(): Promise<readonly string[]>;
  /** What was done to it, for people. */
  told(): string;
}

export function openScaleStore(scene: Scene): Promise<ScaleStore> {
  const root = join(scene.folder, 'store');
  mkdirSync(root, { recursive: true });
  return Promise.resolve({
    env: { CANDLEWICK_STORE: root },
    root,
    leftovers: () => Promise.resolve([]),
    told: () => 'a store in a folder',
  });
}
