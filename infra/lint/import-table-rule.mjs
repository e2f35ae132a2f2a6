import { builtinModules } from 'node:module';
import { dirname, relative, resolve, sep } from 'node:path';
import { refusal } from './import-table.mjs';

const BUILTINS = new Set(builtinModules);

/** ESLint rule that holds every import against the import table of the rooms. */
export const importTableRule = {
  meta: { type: 'problem', schema: [], messages: { refused: '{{reason}}' } },
  create(context) {
    const root = context.cwd;
    const from = relative(root, context.filename).split(sep).join('/');
    const check = (node, specifier, typeOnly) => {
      const isPackage = !specifier.startsWith('.');
      const to = isPackage
        ? packageName(specifier)
        : relative(root, resolve(dirname(context.filename), specifier))
            .split(sep)
            .join('/');
      const reason = refusal({ from, to, isPackage, typeOnly });
      if (reason !== null) context.report({ node, messageId: 'refused', data: { reason } });
    };
    const checkSource = (node) => {
      if (node.source === null || node.source === undefined || typeof node.source.value !== 'string') return;
      check(node, node.source.value, node.importKind === 'type' || node.exportKind === 'type');
    };
    return {
      ImportDeclaration: checkSource,
      ExportNamedDeclaration: checkSource,
      ExportAllDeclaration: checkSource,
      ImportExpression: checkSource,
      CallExpression(node) {
        const [first] = node.arguments;
        if (node.callee.type === 'Identifier' && node.callee.name === 'require' && first?.type === 'Literal') {
          check(node, String(first.value), false);
        }
      },
      TSImportType(node) {
        const literal = node.argument?.literal ?? node.source;
        if (typeof literal?.value === 'string') check(node, literal.value, true);
      },
    };
  },
};

function packageName(specifier) {
  if (BUILTINS.has(specifier)) return `node:${specifier}`;
  if (specifier.startsWith('node:')) return specifier;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}
