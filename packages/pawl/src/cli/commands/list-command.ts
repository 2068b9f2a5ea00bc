import { Command } from '@commander-js/extra-typings';
import type { ListedBatch } from '../../checkpoint/checkpoint-store.ts';
import { openStore } from '../../composition.ts';
import type { Batch } from '../../domain/batch.ts';
import type { DisplayedStatus } from '../../domain/batch-status.ts';
import { displayedStatus } from '../../engine/describe-batch.ts';
import { liveHolder } from '../../engine/runner-liveness.ts';
import { systemClock } from '../../engine/system-clock.ts';
import type { CommandFactory } from '../cli.ts';
import { dataOption, jsonOption } from '../options.ts';
import { colourOf } from '../render-status.ts';
import { count, dateTime } from '../terminal/quantity.ts';
import type { Style } from '../terminal/style.ts';
import { terminalText } from '../terminal/terminal-text.ts';
import { textTable } from '../terminal/text-table.ts';

export const listCommand: CommandFactory = ({ output }) =>
  new Command('list')
    .summary('list the batches')
    .description('Lists the batches of the data folder, the one used last first.')
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText('after', '\nExamples:\n  pawl list\n  pawl list --json | jq -r .[].batch_id')
    .action(async (options) => {
      const listed = await openStore(options.data).list();
      if (options.json) return output.json(listed.map(listedView));
      if (listed.length === 0) return output.say(`There is no batch in ${terminalText(options.data)} yet.`);
      const header = ['batch', 'status', 'documents', 'processed', 'failed', 'updated'].map(output.style.dim);
      const rows = listed.map((item) => row(item, output.style));
      return output.answer(...textTable([header, ...rows], [2, 3, 4]));
    });

function row(item: ListedBatch, style: Style): string[] {
  if (item.kind === 'unreadable') {
    return [terminalText(item.batchId), style.red('UNREADABLE'), '', '', '', terminalText(item.error, 200)];
  }
  const { batch } = item;
  const status = statusOf(item);
  return [
    terminalText(batch.batchId),
    colourOf({ status, failed: batch.failed }, style)(status),
    count(batch.total),
    count(batch.processed),
    count(batch.failed),
    dateTime(batch.updatedAtMs),
  ];
}

function listedView(item: ListedBatch): object {
  if (item.kind === 'unreadable') return { batch_id: item.batchId, error: item.error };
  return { ...batchFields(item.batch), status: statusOf(item) };
}

function batchFields(batch: Batch): object {
  return {
    batch_id: batch.batchId,
    job_id: batch.jobId,
    status: batch.status,
    reason: batch.reason,
    total_documents: batch.total,
    processed: batch.processed,
    failed: batch.failed,
    remaining: batch.total - batch.processed - batch.failed,
    created_at: new Date(batch.createdAtMs).toISOString(),
    updated_at: new Date(batch.updatedAtMs).toISOString(),
  };
}

function statusOf({ batch, holder }: Extract<ListedBatch, { kind: 'batch' }>): DisplayedStatus {
  return displayedStatus(batch, liveHolder(holder, systemClock.now()));
}
