import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderFeatureDocs } from '../../../domain/features/docs';
import { CROSS_FEATURES } from '../../../domain/features/families/cross';
import { FEATURE_TABLE } from '../../../domain/features/table';

const docs = join(__dirname, '../../../docs');

it('docs/features.md is what the table renders', () => {
  expect(readFileSync(join(docs, 'features.md'), 'utf8')).toBe(renderFeatureDocs());
});

it('names every feature once', () => {
  const named = renderFeatureDocs().match(/^\| `\w+`/gm) ?? [];
  expect(named.map((cell) => cell.slice(3, -1))).toEqual(
    [...FEATURE_TABLE, ...CROSS_FEATURES].map((feature) => feature.name),
  );
});
