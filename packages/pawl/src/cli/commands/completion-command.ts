import { Argument, Command } from '@commander-js/extra-typings';
import type { CommandFactory } from '../cli.ts';
import { commandShapes } from '../completion/command-shape.ts';
import { completionScript, SHELLS } from '../completion/completion-script.ts';

export const completionCommand: CommandFactory = ({ output }) => {
  const command = new Command('completion')
    .summary('print a completion script for your shell')
    .description('Prints a script that lets your shell complete commands, flags and batch ids.')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText(
      'after',
      '\nExamples:\n  pawl completion bash >> ~/.bashrc\n  pawl completion zsh >> ~/.zshrc\n  pawl completion fish > ~/.config/fish/completions/pawl.fish',
    )
    .action(async (shell) => {
      await output.write(completionScript(shell, commandShapes(command.parent ?? command)));
    });
  return command;
};
