import { Command } from '@commander-js/extra-typings';
import type { DocumentRow } from '../../checkpoint/checkpoint.ts';
import { allDocuments, first } from '../../checkpoint/pages.ts';
import { knownCost } from '../../domain/usage.ts';
import type { CommandFactory } from '../cli.ts';
import { failureTitle } from '../failure-title.ts';
import { NextCommands } from '../next-commands.ts';
import { withBatch } from '../open-batch.ts';
import { dataOption, jsonOption, limitOption } from '../options.ts';
import { failedLine } from '../render-checkpoint.ts';
import { counted } from '../terminal/quantity.ts';
import { terminalText } from '../terminal/terminal-text.ts';

export const failedCommand: CommandFactory = ({ output }) =>
  new Command('failed')
    .summary('list the documents that failed, and why')
    .description('Lists the documents that failed, each with its reason, where it failed and how often it was tried.')
    .argument('[id]', 'batch or job id; default: the batch used last')
    .option('--code <code>', 'only those that failed with this code, such as timeout')
    .addOption(limitOption('documents'))
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText('after', '\nExamples:\n  pawl failed\n  pawl failed --code timeout --json | jq -r .[].document_id')
    .action(async (id, options, command) => {
      await withBatch(options.data, id, async ({ checkpoint, batchId }) => {
        const filter = { state: 'failed', ...(options.code === undefined ? {} : { code: options.code }) } as const;
        const rows = first(allDocuments(checkpoint, filter), options.limit ?? Number.POSITIVE_INFINITY);
        if (options.json) return output.jsonArray(asJson(rows));
        const counts = await checkpoint.failureCounts();
        let shown = 0;
        for await (const row of rows) {
          await output.answer(describeFailure(row));
          shown += 1;
          if (output.readerGone) return;
        }
        if (shown === 0) return output.say('No document failed.');
        for (const { code, stage, count } of counts) {
          output.say(`${counted(count, 'document')}: ${failureTitle(terminalText(code))} in ${terminalText(stage)}`);
        }
        output.say(`Try them again with: ${new NextCommands(command).of('retry', batchId)}`);
      });
    });

function describeFailure(row: DocumentRow): string {
  const { failure, source } = row;
  if (failure === null) return failedLine(row);
  const tries = failure.attempts > 1 ? `, ${failure.attempts} attempts` : '';
  const where = `${terminalText(failure.stage)}${tries}, line ${source.line} of ${terminalText(source.name)}`;
  return `${failedLine(row)}  ${where}: ${terminalText(failure.message, 500)}`;
}

async function* asJson(rows: AsyncIterable<DocumentRow>): AsyncGenerator<string> {
  for await (const { documentId, failure, source, settledAtMs, run, spent } of rows) {
    yield JSON.stringify({
      document_id: documentId,
      code: failure?.code ?? null,
      message: failure?.message ?? null,
      stage: failure?.stage ?? null,
      attempts: failure?.attempts ?? null,
      failed_at: settledAtMs === null ? null : new Date(settledAtMs).toISOString(),
      run,
      ...(spent.tokens === 0 ? {} : { tokens: spent.tokens, cost: knownCost(spent) }),
      source: { name: source.name, line: source.line },
      ...(failure?.rawAnswer === undefined ? {} : { raw_answer: failure.rawAnswer }),
    });
  }
}
