import { ERROR_CATALOGUE, type ErrorKind } from '../../domain/errors.ts';
import { markdownTable } from './markdown-table.ts';

const SCOPES: readonly (readonly [scope: ErrorKind['scope'], title: string, introduction: string])[] = [
  [
    'document',
    'A document fails',
    'The document is set aside with the code, and the batch goes on. `pawl failed` lists them, `pawl retry` tries them again.',
  ],
  [
    'stage',
    'A stage is suspended',
    'Its provider does not serve. No document fails of it: the stage waits, asks again at growing intervals and goes on by itself.',
  ],
  ['run', 'A run ends', 'Everything that was counted is saved; the same command carries on once the cause is mended.'],
  ['command', 'A command is refused', 'Nothing was changed.'],
  [
    'request',
    'A request to the server is refused',
    'It comes as problem details (RFC 9457) with the code; so do the codes above where a request meets them.',
  ],
];

/** docs/ERRORS.md: the error catalogue for users. */
export function errorsReference(): string {
  return `# Errors

Generated from the catalogue in \`packages/pawl/src/domain/errors.ts\` by \`npm run docs\`; a test keeps both in step. Codes are
stable words: match on them, not on messages.

${SCOPES.map(section).join('\n\n')}
`;
}

function section([scope, title, introduction]: (typeof SCOPES)[number]): string {
  const endsCommand = scope === 'run' || scope === 'command';
  const rows = Object.entries<ErrorKind>(ERROR_CATALOGUE)
    .filter(([, kind]) => kind.scope === scope)
    .map(([code, { meaning, remedy, exitCode }]) => [
      `\`${code}\``,
      meaning,
      remedy,
      ...(endsCommand ? [String(exitCode)] : []),
    ]);
  const header = ['code', 'meaning', 'what to do', ...(endsCommand ? ['exit code'] : [])];
  return `## ${title}\n\n${introduction}\n\n${markdownTable(header, rows)}`;
}
