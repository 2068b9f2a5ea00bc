import { Command } from '@commander-js/extra-typings';
import type { StoredResult } from '../../checkpoint/checkpoint.ts';
import { allResults, first } from '../../checkpoint/pages.ts';
import type { CommandFactory } from '../cli.ts';
import { withBatch } from '../open-batch.ts';
import { dataOption, jsonOption, limitOption } from '../options.ts';
import { resultOf } from '../result-of.ts';

export const resultsCommand: CommandFactory = ({ output }) =>
  new Command('results')
    .summary('print the results')
    .description(
      'Prints the results in the order in which they were saved, one JSON object a line; with --json as one array.',
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
        if (options.document !== undefined) return output.answer(await resultOf(checkpoint, options.document));
        const results = first(allResults(checkpoint), options.limit ?? Number.POSITIVE_INFINITY);
        if (options.json) return output.jsonArray(texts(results));
        for await (const { result } of results) {
          await output.answer(result);
          if (output.readerGone) return;
        }
      });
    });

async function* texts(results: AsyncIterable<StoredResult>): AsyncGenerator<string> {
  for await (const { result } of results) yield result;
}
