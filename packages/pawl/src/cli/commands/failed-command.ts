import { Command } from '@commander-js/extra-typings';
import type { Checkpoint, DocumentRow } from '../../checkpoint/checkpoint.ts';
import { allDocuments, first } from '../../checkpoint/pages.ts';
import { knownCost } from '../../domain/usage.ts';
import type { CommandFactory } from '../cli.ts';
import { failureTitle } from '../failure-title.ts';
import { NextCommands } from '../next-commands.ts';
import { withBatch } from '../open-batch.ts';
import { dataOption, jsonOption, limitOption } from '../options.ts';
import type { Output } from '../output.ts';
import { failedLine } from '../render-checkpoint.ts';
import { counted } from '../terminal/quantity.ts';
import { terminalText } from '../terminal/terminal-text.ts';

export const failedCommand: CommandFactory = ({ output }) =>
  new Command('failed')
    .summary('list the documents that failed, and why')
    .description('Lists the documents that failed, each with its reason, where it failed and how often it was tried.')
    .argument('[id]', 'batch or job id; default: the batch used last')
    .option('--code <code>', 'only those that failed with this code, such as timeout')
    .option('--suspicious', 'instead those that were processed but whose result is hard to believe, and why')
    .addOption(limitOption('documents'))
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\nExamples:\n  pawl failed\n  pawl failed --code timeout --json | jq -r .[].document_id\n  pawl failed --suspicious',
    )
    .action(async (id, options, command) => {
      await withBatch(options.data, id, async ({ checkpoint, batchId }) => {
        if (options.suspicious === true) return listSuspicious(output, checkpoint, options);
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

/** Documents that count as processed, of which a stage doubts its own output. */
async function listSuspicious(
  output: Output,
  checkpoint: Checkpoint,
  { json, limit = Number.POSITIVE_INFINITY }: { readonly json?: true | undefined; readonly limit?: number | undefined },
): Promise<void> {
  const rows = first(allDocuments(checkpoint, { state: 'processed', suspicious: true }), limit);
  if (json) return output.jsonArray(suspicionsAsJson(rows));
  let shown = 0;
  for await (const { documentId, suspicious } of rows) {
    await output.answer(`? ${terminalText(documentId)}  ${terminalText(suspicious ?? '', 500)}`);
    shown += 1;
    if (output.readerGone) return;
  }
  output.say(
    shown === 0 ? 'No result is suspicious.' : `${counted(shown, 'document')} processed, with a result to be doubted.`,
  );
}

async function* suspicionsAsJson(rows: AsyncIterable<DocumentRow>): AsyncGenerator<string> {
  for await (const { documentId, suspicious, source, settledAtMs, run } of rows) {
    yield JSON.stringify({
      document_id: documentId,
      suspicious,
      processed_at: settledAtMs === null ? null : new Date(settledAtMs).toISOString(),
      run,
      source: { name: source.name, line: source.line },
    });
  }
}

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
