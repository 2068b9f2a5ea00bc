import type { CommandShape, OptionShape } from './command-shape.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

// The scripts are static: a key press starts no Node, and batch ids are read off the folder names.

/** A script that teaches `shell` to complete the commands. */
export function completionScript(shell: Shell, commands: readonly CommandShape[]): string {
  switch (shell) {
    case 'bash':
      return bashScript(commands);
    case 'zsh':
      return `#compdef pawl\nautoload -U +X bashcompinit && bashcompinit\n${bashScript(commands)}`;
    case 'fish':
      return fishScript(commands);
  }
}

function bashScript(commands: readonly CommandShape[]): string {
  return `_pawl_batches() {
  local folder
  for folder in "\${PAWL_DATA:-./pawl-data}"/batches/*/; do
    [ -d "$folder" ] && basename "$folder"
  done
}

_pawl() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
      -*) ;;
      *) command="\${COMP_WORDS[i]}"; break ;;
    esac
  done
  local flags="" words=""
  case "$command" in
    "") words="${commands.map(({ name }) => name).join(' ')} help"; flags="--help --version" ;;
${commands.map(bashCase).join('\n')}
  esac
  case "$current" in
    -*) words="$flags" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}

complete -o default -o bashdefault -F _pawl pawl
`;
}

function bashCase({ name, completes, options }: CommandShape): string {
  const flags = [...options.map(({ long }) => long), '--help'].join(' ');
  const values = options.filter(({ takesValue }) => takesValue);
  const listed = values.filter(({ choices }) => choices.length > 0);
  const free = values.filter(({ choices }) => choices.length === 0).map(({ long }) => long);
  const cases = [
    ...listed.map(({ long, choices }) => `        ${long}) words="${choices.join(' ')}" ;;`),
    ...(free.length === 0 ? [] : [`        ${free.join('|')}) return ;;`]),
    `        *) words="${BASH_WORDS[completes]}" ;;`,
  ];
  return `    ${name})\n      flags="${flags}"\n      case "$previous" in\n${cases.join('\n')}\n      esac ;;`;
}

/** Where there are no words, the shell falls back on file names. */
const BASH_WORDS: Readonly<Record<CommandShape['completes'], string>> = {
  batch: '$(_pawl_batches)',
  file: '',
  shell: SHELLS.join(' '),
  nothing: '',
};

function fishScript(commands: readonly CommandShape[]): string {
  const lines = [
    'function __pawl_batches',
    '  set -q PAWL_DATA; and set -l data $PAWL_DATA; or set -l data ./pawl-data',
    '  for folder in $data/batches/*/',
    '    basename $folder',
    '  end',
    'end',
    'complete -c pawl -f',
    ...commands.map(
      ({ name, summary }) => `complete -c pawl -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ),
    ...commands.flatMap((command) => [
      ...fishArgument(command),
      ...command.options.map((option) => fishOption(command.name, option)),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function fishArgument({ name, completes }: CommandShape): string[] {
  const on = `complete -c pawl -n '__fish_seen_subcommand_from ${name}'`;
  if (completes === 'batch') return [`${on} -a '(__pawl_batches)'`];
  if (completes === 'file') return [`${on} -F`];
  return completes === 'shell' ? [`${on} -a '${SHELLS.join(' ')}'`] : [];
}

function fishOption(command: string, { long, description, takesValue, choices }: OptionShape): string {
  const values = choices.length > 0 ? ` -x -a '${choices.join(' ')}'` : takesValue ? ' -r -F' : '';
  return `complete -c pawl -n '__fish_seen_subcommand_from ${command}' -l ${long.slice(2)}${values} -d ${quoted(description)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
