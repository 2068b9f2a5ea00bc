import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** What a shell must know of a command to complete it. */
export interface CommandShape {
  readonly name: string;
  readonly summary: string;
  /** What its first argument is. */
  readonly completes: 'batch' | 'file' | 'shell' | 'nothing';
  readonly options: readonly OptionShape[];
}

export interface OptionShape {
  /** With its dashes. */
  readonly long: string;
  readonly description: string;
  readonly takesValue: boolean;
  /** The values there are, where they can be listed. */
  readonly choices: readonly string[];
}

/** The commands of a program, as its own definitions give them. */
export function commandShapes(program: CommandUnknownOpts): CommandShape[] {
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary(),
    completes: argumentOf(command),
    options: command.options.map((option) => ({
      long: option.long ?? '',
      description: option.description,
      takesValue: option.required || option.optional,
      choices: option.argChoices ?? [],
    })),
  }));
}

function argumentOf(command: CommandUnknownOpts): CommandShape['completes'] {
  const name = command.registeredArguments[0]?.name();
  if (name === 'file' || name === 'folder') return 'file';
  if (name === 'shell') return 'shell';
  return name === undefined ? 'nothing' : 'batch';
}
