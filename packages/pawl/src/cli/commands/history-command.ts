import { Command } from '@commander-js/extra-typings';
import { first, wholeHistory } from '../../checkpoint/pages.ts';
import type { HistoryEntry } from '../../domain/batch.ts';
import type { CommandFactory } from '../cli.ts';
import { withBatch } from '../open-batch.ts';
import { dataOption, jsonOption, limitOption } from '../options.ts';
import { dateTime } from '../terminal/quantity.ts';
import { terminalText } from '../terminal/terminal-text.ts';

export const historyCommand: CommandFactory = ({ output }) =>
  new Command('history')
    .summary('print what happened to a batch, by whom and why')
    .description('Prints every change of a batch, oldest first: when, what, by whom and why.')
    .argument('[id]', 'batch or job id; default: the batch used last')
    .addOption(limitOption('entries'))
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText('after', '\nExamples:\n  pawl history\n  pawl history news --json | jq .[].event')
    .action(async (id, options) => {
      await withBatch(options.data, id, async ({ checkpoint }) => {
        const entries = first(wholeHistory(checkpoint), options.limit ?? Number.POSITIVE_INFINITY);
        if (options.json) return output.jsonArray(asJson(entries));
        for await (const entry of entries) {
          await output.answer(describeEntry(entry));
          if (output.readerGone) return;
        }
      });
    });

function describeEntry({ atMs, event, from, to, by, reason, run, details }: HistoryEntry): string {
  const parts = [dateTime(atMs), terminalText(event)];
  if (to !== null) parts.push(from === null || from === to ? to : `${from} -> ${to}`);
  parts.push(`by ${terminalText(by)}`);
  if (run !== null) parts.push(`run ${run}`);
  if (reason !== null) parts.push(`(${terminalText(reason, 500)})`);
  if (Object.keys(details).length > 0) parts.push(terminalText(JSON.stringify(details), 1000));
  return parts.join('  ');
}

async function* asJson(entries: AsyncIterable<HistoryEntry>): AsyncGenerator<string> {
  for await (const { seq, atMs, event, from, to, by, reason, run, details } of entries) {
    yield JSON.stringify({ seq, at: new Date(atMs).toISOString(), event, from, to, by, reason, run, details });
  }
}
