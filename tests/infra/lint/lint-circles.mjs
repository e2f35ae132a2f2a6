/** Lints the folder named by its argument with the project's own rule against import circles; answers with the files that it refuses. */
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const [folder] = process.argv.slice(2);
const { plugins, rules, settings } = await new ESLint().calculateConfigForFile('shared/any/file.ts');

// Rule and settings as the project has them, without the rules that need a whole program: the files are in no program.
const eslint = new ESLint({
  cwd: folder,
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser },
      plugins: { 'import-x': plugins['import-x'] },
      settings,
      rules: { 'import-x/no-cycle': rules['import-x/no-cycle'] },
    },
  ],
});

const refused = [];
for (const { filePath, messages } of await eslint.lintFiles(readdirSync(folder))) {
  const broken = messages.find(({ fatal }) => fatal);
  if (broken !== undefined) throw new Error(`${filePath}: ${broken.message}`);
  if (messages.some(({ ruleId, severity }) => ruleId === 'import-x/no-cycle' && severity === 2))
    refused.push(basename(filePath));
}
process.stdout.write(JSON.stringify(refused.sort()));
