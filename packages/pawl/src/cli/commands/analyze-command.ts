import { Command } from '@commander-js/extra-typings';
import { describeBatch } from '../../engine/describe-batch.ts';
import { systemClock } from '../../engine/system-clock.ts';
import { reportBatch } from '../../report/batch-report.ts';
import { writeReport } from '../../report/write-report.ts';
import type { CommandFactory } from '../cli.ts';
import { withBatch } from '../open-batch.ts';
import { dataOption, jsonOption } from '../options.ts';
import { terminalText } from '../terminal/terminal-text.ts';

export const analyzeCommand: CommandFactory = ({ output }) =>
  new Command('analyze')
    .summary('write a report with plots')
    .description(
      'Writes report.html, one page with plots that needs nothing else, and report.json into the folder of the batch: ' +
        'throughput over time, time per stage, failures, entity and event types, attempts.',
    )
    .argument('[id]', 'batch or job id; default: the batch used last')
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText('after', '\nExamples:\n  pawl analyze\n  pawl analyze news --json | jq .event_types')
    .action(async (id, options) => {
      await withBatch(options.data, id, async ({ checkpoint, folder }) => {
        const nowMs = systemClock.now();
        const report = await reportBatch(checkpoint, await describeBatch(checkpoint, nowMs), nowMs);
        const { page, json } = await writeReport(report, folder);
        if (options.json) return output.json(report);
        return output.answer(`Report:   ${terminalText(page)}`, `As JSON:  ${terminalText(json)}`);
      });
    });
