// The law for TypeScript in this house: strict types, the sizes of files and functions, and
// the few things that would break the content security policy or the privacy of the screens.

import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const FILE_LINES_MAX = 400;
const FUNCTION_LINES_MAX = 70;

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', 'target/**', 'artifacts/**', '**/generated/**'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, hooks.configs.flat['recommended-latest']],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'max-lines': ['error', { max: FILE_LINES_MAX }],
      'max-lines-per-function': [
        'error',
        { max: FUNCTION_LINES_MAX, skipBlankLines: true, skipComments: true },
      ],
      'max-params': ['error', 5],
      'no-console': 'error',
      'no-eval': 'error',
      'no-restricted-properties': [
        'error',
        { property: 'dangerouslySetInnerHTML', message: 'Markup is written as elements.' },
        { property: 'innerHTML', message: 'Markup is written as elements.' },
      ],
    },
  },
  {
    // A table of cases is one function.
    files: ['**/*.test.ts', 'tests/e2e/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
);
