import { Command } from '@commander-js/extra-typings';
import type { Checkpoint, StoredResult } from '../../checkpoint/checkpoint.ts';
import { allResults, first } from '../../checkpoint/pages.ts';
import { resultText } from '../../checkpoint/read-result.ts';
import { withStoryline } from '../../storylines/read-storylines.ts';
import type { CommandFactory } from '../cli.ts';
import { withBatch } from '../open-batch.ts';
import { dataOption, jsonOption, limitOption } from '../options.ts';
import { resultOf } from '../result-of.ts';

export const resultsCommand: CommandFactory = ({ output }) =>
  new Command('results')
    .summary('print the results')
    .description(
      'Prints the results in the order in which they were saved, one JSON object a line; with --json as one array. ' +
        'Where the batch is linked, each event names its storyline.',
    )
    .argument('[id]', 'batch or job id; default: the batch used last')
    .option('--document <id>', 'only the result of this document; with --json the object itself')
    .addOption(limitOption('results'))
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText(
      'after',
      "\nExamples:\n  pawl results | jq -r '.events[].event_type' | sort | uniq -c\n  pawl results news --document doc_105 --json",
    )
    .action(async (id, options) => {
      await withBatch(options.data, id, async ({ checkpoint }) => {
        if (options.document !== undefined) return output.answer(await viewOf(checkpoint, options.document));
        const results = first(allResults(checkpoint), options.limit ?? Number.POSITIVE_INFINITY);
        const isLinked = (await checkpoint.linking()) !== null;
        if (options.json) return output.jsonArray(texts(results, isLinked));
        for await (const text of texts(results, isLinked)) {
          await output.answer(text);
          if (output.readerGone) return;
        }
      });
    });

/** The result of one document, its events with their storyline where the batch is linked. @throws {PawlError} `unknown_document`, `no_result` */
async function viewOf(checkpoint: Checkpoint, documentId: string): Promise<string> {
  const result = await resultOf(checkpoint, documentId);
  if ((await checkpoint.linking()) === null) return result;
  return withStoryline(result, (await checkpoint.document(documentId))?.storylineId ?? null);
}

/** Where the batch is linked, each event says its storyline. */
async function* texts(results: AsyncIterable<StoredResult>, isLinked: boolean): AsyncGenerator<string> {
  for await (const result of results) {
    const text = resultText(result);
    yield isLinked ? withStoryline(text, result.storylineId) : text;
  }
}
