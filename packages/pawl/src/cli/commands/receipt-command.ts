import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { OUTCOMES_FILE, RECEIPT_FILE } from '../../receipt/receipt.ts';
import { writeReceiptOf } from '../../work/write-receipt-of.ts';
import type { CommandFactory } from '../cli.ts';
import { withBatch } from '../open-batch.ts';
import { dataOption, jsonOption } from '../options.ts';
import { terminalText } from '../terminal/terminal-text.ts';

export const receiptCommand: CommandFactory = ({ output }) =>
  new Command('receipt')
    .summary('write the receipt of a batch')
    .description(
      `Writes ${RECEIPT_FILE} and ${OUTCOMES_FILE} into the folder of the batch: what went in, exactly one outcome for every ` +
        'input line, and checksums of inputs, settings and outputs. A completed run writes them by itself.',
    )
    .argument('[id]', 'batch or job id; default: the batch used last')
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText('after', '\nExamples:\n  pawl receipt\n  pawl receipt news --json | jq .counts')
    .action(async (id, options) => {
      await withBatch(options.data, id, async (open) => {
        const receipt = await writeReceiptOf(open);
        if (options.json) return output.json(receipt);
        const { total, processed, failed, remaining } = receipt.counts;
        return output.answer(
          `Receipt:   ${terminalText(join(open.folder, RECEIPT_FILE))}`,
          `Outcomes:  ${terminalText(join(open.folder, OUTCOMES_FILE))}`,
          `Counts:    ${total} documents: ${processed} processed, ${failed} failed, ${remaining} without an outcome yet`,
        );
      });
    });
