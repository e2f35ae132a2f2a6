import { existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, resolve } from 'node:path';
import { PRODUCT_ROOMS, sourcesBelow } from '../support/sources';

const ROOT = resolve(__dirname, '..', '..');
const DOCKERFILE = readFileSync(join(ROOT, 'infra', 'docker', 'Dockerfile'), 'utf8');

/** Instructions with their continuation lines joined, comments left out. */
const INSTRUCTIONS = DOCKERFILE.replaceAll(/^#.*$/gm, '')
  .replaceAll(/\\\n/g, ' ')
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '');

/** The instructions of one stage. */
function stage(name: string): readonly string[] {
  const start = INSTRUCTIONS.findIndex((line) => new RegExp(`^FROM \\S+ AS ${name}$`).test(line));
  expect(start).toBeGreaterThanOrEqual(0);
  const end = INSTRUCTIONS.findIndex((line, index) => index > start && line.startsWith('FROM '));
  return INSTRUCTIONS.slice(start, end === -1 ? undefined : end);
}

describe('the image', () => {
  it('stands on pinned glibc images: Temporal’s native part and TensorFlow do not come for musl', () => {
    const bases = INSTRUCTIONS.filter((line) => line.startsWith('FROM ')).map((line) => line.split(' ')[1] ?? '');
    expect(bases.length).toBe(4);
    for (const base of bases)
      expect(base).toMatch(/^(node:\d+\.\d+\.\d+-bookworm(-slim)?|golang:1\.\d+-bookworm|debian:\d+\.\d+-slim)$/);
  });

  it('runs as nobody special, with source maps, a health check and an init that buries children', () => {
    const worker = stage('worker').join('\n');
    expect(worker).toMatch(/^USER node$/m);
    expect(worker).toContain('NODE_OPTIONS=--enable-source-maps');
    expect(worker).toMatch(/^HEALTHCHECK /m);
    expect(worker).toMatch(/^ENTRYPOINT \["tini", "--", "candlewick-worker"\]$/m);
    expect(stage('s3').join('\n')).toMatch(/^USER s3$/m);
  });

  it('copies and starts only what is there', () => {
    const paths = [...DOCKERFILE.matchAll(/\/opt\/candlewick\/app\/([\w./-]+)|^COPY (infra\/\S+)/gm)].map(
      ([, inImage, copied]) => inImage ?? copied ?? '',
    );
    expect(paths.length).toBeGreaterThanOrEqual(3);
    for (const path of paths) expect([path, existsSync(join(ROOT, path.split(':')[0] ?? ''))]).toEqual([path, true]);
    for (const name of ['candlewick', 'candlewick-worker']) {
      const script = readFileSync(join(ROOT, 'infra', 'docker', 'bin', name), 'utf8');
      const [, entry = ''] = /dist\/(\S+)\.js/.exec(script) ?? [];
      expect(existsSync(join(ROOT, `${entry}.ts`))).toBe(true);
    }
  });

  it('has every package that the product imports, once those for development are pruned', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const imported = sourcesBelow(ROOT, PRODUCT_ROOMS).flatMap((text) =>
      [...text.matchAll(/(?:from |import\(|require\()'([^'.][^']*)'/g)].map(([, name]) => name ?? ''),
    );
    const outside = imported
      .filter((name) => !isBuiltin(name))
      .map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      );
    expect(new Set(outside).size).toBeGreaterThan(10);
    expect([...new Set(outside)].filter((name) => !(name in dependencies))).toEqual([]);
  });
});
