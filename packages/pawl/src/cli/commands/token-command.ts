import { Argument, Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { PawlError } from '../../domain/errors.ts';
import { systemClock } from '../../engine/system-clock.ts';
import { SCOPES, type Scope } from '../../server/access/scope.ts';
import { TokenFile } from '../../server/access/token-file.ts';
import type { CommandFactory } from '../cli.ts';
import { dataOption, jsonOption } from '../options.ts';
import { terminalText } from '../terminal/terminal-text.ts';
import { textTable } from '../terminal/text-table.ts';

export const tokenCommand: CommandFactory = ({ output }) =>
  new Command('token')
    .summary('make, list and revoke tokens for pawl serve')
    .description(
      'Tokens let others use pawl serve where it asks for them. A token is shown once, when it is made: only its hash is kept. ' +
        'A revoked one is refused from the next request on.',
    )
    .addArgument(new Argument('<action>', 'what to do').choices(['create', 'list', 'revoke'] as const))
    .argument('[name]', 'what the token is called, in the history too')
    .option('--scope <scope>', `what it may do: ${SCOPES.join(', ')}; may be repeated; default: read`, collectScopes)
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\nExamples:\n  pawl token create dashboard --scope read --scope control\n  pawl token revoke dashboard',
    )
    .action(async (action, name, options) => {
      const tokens = new TokenFile(options.data);
      switch (action) {
        case 'create': {
          const scopes = options.scope ?? ['read'];
          const token = tokens.create(requireName(name), scopes, systemClock.now());
          output.say(`Token "${name}" may ${scopes.join(', ')}. It is not shown again:`);
          return options.json ? output.json({ name, scopes, token }) : output.answer(token);
        }
        case 'revoke':
          tokens.revoke(requireName(name));
          return options.json ? output.json({ revoked: name }) : output.say(`Token "${name}" is revoked.`);
        case 'list': {
          const shown = tokens.list().map(({ sha256: _, ...token }) => token);
          if (options.json) return output.json(shown);
          if (shown.length === 0) return output.say('There is no token.');
          return output.answer(
            ...textTable(shown.map((token) => [terminalText(token.name), token.scopes.join(', '), token.created_at])),
          );
        }
      }
    });

/** @throws {PawlError} `invalid_usage` */
function requireName(name: string | undefined): string {
  if (name !== undefined && /^[\w.@-]{1,64}$/.test(name)) return name;
  throw new PawlError('invalid_usage', 'Give the token a name of letters, digits, dot, dash, underscore and @.');
}

function collectScopes(value: string, previous: readonly Scope[] | undefined): Scope[] {
  const scope = SCOPES.find((known) => known === value);
  if (scope === undefined) throw new InvalidArgumentError(`Give one of: ${SCOPES.join(', ')}.`);
  return [...new Set([...(previous ?? []), scope])];
}
