import { Command } from '@commander-js/extra-typings';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { allStorylines, first } from '../../checkpoint/pages.ts';
import { PawlError } from '../../domain/errors.ts';
import { writeStorylinesPage } from '../../report/write-storylines-page.ts';
import { detailStoryline, findStoryline, listStorylines } from '../../storylines/read-storylines.ts';
import type { Storyline } from '../../storylines/storyline.ts';
import type { CommandFactory } from '../cli.ts';
import { NextCommands } from '../next-commands.ts';
import { withBatch } from '../open-batch.ts';
import { dataOption, jsonOption, limitOption } from '../options.ts';
import { storylineTable, storylineTimeline } from '../render-storylines.ts';
import { counted } from '../terminal/quantity.ts';
import { terminalText } from '../terminal/terminal-text.ts';

const DEFAULT_LIMIT = 50;

export const storylinesCommand: CommandFactory = ({ output }) =>
  new Command('storylines')
    .summary('show the storylines that events are linked into')
    .description(
      'Lists the storylines of a batch, those of most documents first, or shows one as a timeline. While a batch runs they are ' +
        'what is linked so far; once it is completed they are settled.',
    )
    .argument('[id]', 'batch or job id; default: the batch used last')
    .option('--show <storyline>', 'one storyline as a timeline, by its id or the beginning of it')
    .option('--html', 'write storylines.html, one page that needs nothing else, into the folder of the batch')
    .addOption(limitOption('storylines'))
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\nExamples:\n  pawl storylines\n  pawl storylines news --show s-2a0f\n  pawl storylines news --json | jq -r .[].title',
    )
    .action(async (id, options, command) => {
      await withBatch(options.data, id, async ({ checkpoint, batchId, folder }) => {
        const next = new NextCommands(command);
        if (options.html) {
          const page = await writeStorylinesPage(checkpoint, folder, options.limit);
          return options.json ? output.json({ page }) : output.answer(`Page: ${terminalText(page)}`);
        }
        if (options.show !== undefined) {
          const detail = await detailStoryline(checkpoint, await requireStoryline(checkpoint, options.show, batchId));
          if (options.json) return output.json(detail);
          return output.answer(...storylineTimeline(detail, output.style));
        }
        if (options.json) {
          const all = first(allStorylines(checkpoint), options.limit ?? Number.POSITIVE_INFINITY);
          return output.jsonArray(texts(all));
        }
        const state = await checkpoint.linking();
        if (state === null) {
          return output.say(`Batch ${batchId} was never linked. Link it with: ${next.of('link', batchId)}`);
        }
        if (state.storylines === 0) return output.say('No two documents tell the same story.');
        const shown = await listStorylines(checkpoint, { offset: 0, limit: options.limit ?? DEFAULT_LIMIT });
        await output.answer(...storylineTable(shown, output.style));
        const more = state.storylines - shown.length;
        if (more > 0) output.say(`${counted(more, 'more storyline')}; --limit shows them.`);
        output.say(`One as a timeline: ${next.of('storylines', batchId)} --show ${shown[0]?.storyline_id ?? ''}`);
      });
    });

/** @throws {PawlError} `unknown_storyline` */
async function requireStoryline(checkpoint: Checkpoint, id: string, batchId: string): Promise<Storyline> {
  const storyline = await findStoryline(checkpoint, id);
  if (storyline !== null) return storyline;
  throw new PawlError(
    'unknown_storyline',
    `Batch ${batchId} has no storyline, or more than one, beginning with "${id}".`,
  );
}

async function* texts(storylines: AsyncIterable<{ readonly storyline: string }>): AsyncGenerator<string> {
  for await (const { storyline } of storylines) yield storyline;
}
