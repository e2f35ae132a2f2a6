/** Lints snippets of code as if they stood at their paths; reads them from standard input, answers with the sentences of the import table. */
import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { IMPORT_TABLE } from '../../../infra/lint/import-table.mjs';
import { importTableRule } from '../../../infra/lint/import-table-rule.mjs';

// The rule as the project has it, without the rules that need a whole program: the snippets are in no program.
const eslint = new ESLint({
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser },
      plugins: { rooms: { rules: { 'import-table': importTableRule } } },
      rules: { 'rooms/import-table': 'error' },
    },
  ],
});

const refusals = [];
for (const { path, code } of JSON.parse(await text(process.stdin))) {
  const [result] = await eslint.lintText(code, { filePath: path });
  const broken = result.messages.find(({ fatal }) => fatal);
  if (broken !== undefined) throw new Error(`${path}: ${broken.message}`);
  refusals.push(result.messages.map(({ message }) => message));
}

const project = new ESLint();
const guarded = [];
for (const room of new Set(Object.keys(IMPORT_TABLE).map((path) => path.split('/')[0]))) {
  const { rules } = await project.calculateConfigForFile(`${room}/any/file.ts`);
  if (rules['rooms/import-table']?.[0] === 2) guarded.push(room);
}
process.stdout.write(JSON.stringify({ refusals, guarded }));
