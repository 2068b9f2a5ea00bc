import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { SETTINGS } from '../../config/setting.ts';
import { markdownTable } from './markdown-table.ts';

const HELP_WIDTH = 110;

/** docs/CLI.md: the help of every command, as the program itself gives it. */
export function cliReference(program: CommandUnknownOpts): string {
  const sections = program.commands.map(
    (command) => `## pawl ${command.name()}\n\n${command.description()}\n\n${fenced(helpOf(command))}`,
  );
  return `# The command line

Generated from the commands by \`npm run docs\`; a test keeps both in step.

${fenced(helpOf(program))}

${CONTRACT}

## Settings

Flags win over the environment, that over the settings file (\`--config pawl.yaml\` or \`PAWL_CONFIG\`), that over what the
batch was set to before, that over the defaults. \`pawl config\` prints each value and where it comes from. In the file a key
is a flag without its dashes; settings that may be given more than once are lists there, and one a line in the environment.

${settingsTable()}

${sections.join('\n\n')}
`;
}

const CONTRACT = `## What every command keeps

- Answers go to standard output; progress, notes and errors to standard error. A reader that goes away (\`| head\`) is no error.
- \`--json\` prints one JSON value on standard output and nothing else there. \`results\`, \`failed\` and \`history\` write theirs as
  an array while they read, so it may be longer than memory. When a command with \`--json\` fails, its one value is
  \`{"error": {"code", "message", "remedy"}}\`, and the exit code is not 0.
- An error is one sentence and what to do; its code stands in [ERRORS.md](ERRORS.md). \`PAWL_DEBUG=1\` adds the stack.
- Ctrl-C once finishes and saves what is in flight, twice gives it back; both end with exit code 130 and can be resumed.
- \`NO_COLOR\` and \`FORCE_COLOR\` are respected. Text from documents and services is escaped before it is printed.

${markdownTable(
  ['exit code', 'meaning'],
  [
    ['0', 'done, all documents processed; or the command did what it was asked'],
    ['1', 'anything that is not below'],
    ['2', 'wrong use: an unknown batch, a refused transition, a wrong flag, file or setting; nothing was changed'],
    ['3', 'done, some documents failed'],
    ['4', 'paused'],
    ['5', 'stopped'],
    ['130', 'interrupted'],
  ],
)}`;

function settingsTable(): string {
  return markdownTable(
    ['setting', 'what it does', 'how it is written', 'a change takes effect'],
    SETTINGS.map(({ key, summary, forms, takesEffect }) => [`\`${key}\``, summary, forms, EFFECTS[takesEffect]]),
  );
}

const EFFECTS = {
  'at-once': 'at once',
  'next-run': 'with the next run',
  'next-input': 'with the next input',
  pipeline: 'by `--pipeline replace`',
} as const;

function helpOf(command: CommandUnknownOpts): string {
  let help = '';
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
    getOutHelpWidth: () => HELP_WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return help.trimEnd();
}

function fenced(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}
