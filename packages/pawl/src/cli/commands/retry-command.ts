import { Command } from '@commander-js/extra-typings';
import { PawlError } from '../../domain/errors.ts';
import { liveRun } from '../../engine/live-run.ts';
import { systemClock } from '../../engine/system-clock.ts';
import type { CommandFactory } from '../cli.ts';
import { type OpenBatch, withBatchToWorkOn } from '../open-batch.ts';
import { collect, dataOption, detachOption, finalJsonOption, pipelineOption } from '../options.ts';
import { resumeBatch } from '../resume-batch.ts';
import { counted } from '../terminal/quantity.ts';

export const retryCommand: CommandFactory = (cli) => {
  const command = new Command('retry')
    .summary('try failed documents again')
    .description(
      'Gives failed documents work again, all of them or those chosen, and works on at once. Lines that were no document stay failed.',
    )
    .argument('[id]', 'batch or job id; default: the batch used last')
    .option('--code <code>', 'those that failed with this code; may be repeated', collect)
    .option('--document <id>', 'this document; may be repeated', collect)
    .option('--no-run', 'only give them work; pawl resume works on')
    .addOption(detachOption())
    .addOption(finalJsonOption())
    .addOption(pipelineOption())
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\nExamples:\n  pawl retry\n  pawl retry news --code timeout --code provider_failed\n  pawl retry --document doc_105 --no-run',
    );
  return command.action((id, options) =>
    withBatchToWorkOn(options.data, id, async (open) => {
      await refuseCollection(open);
      const documentIds = options.document ?? [];
      for (const documentId of documentIds) await mustExist(open, documentId);
      const filter = { codes: options.code ?? [], documentIds };
      const retried = await open.checkpoint.retry(filter, { atMs: systemClock.now(), by: cli.by });
      cli.output.say(`Batch ${open.batchId}: ${counted(retried, 'failed document')} to be tried again.`);
      if (!options.run) return;
      const runner = await liveRun(open.checkpoint, systemClock.now());
      if (runner !== null) return cli.output.say(`Process ${runner.runner.pid}, which works on it, takes them up.`);
      cli.exitCode = await resumeBatch(cli, command, open, options);
    }),
  );
};

/** Its documents failed, if they did, in the batches they come from. @throws {PawlError} `is_collection` */
async function refuseCollection({ checkpoint, batchId }: OpenBatch): Promise<void> {
  if (!(await checkpoint.batch()).isCollection) return;
  const sources = (await checkpoint.collectedSources()).map((source) => source.batchId);
  throw new PawlError(
    'is_collection',
    `Batch ${batchId} is a collection: documents fail in the batches it is made of. Retry those: ${sources.join(' ')}`,
  );
}

/** @throws {PawlError} `unknown_document` */
async function mustExist({ checkpoint, batchId }: OpenBatch, documentId: string): Promise<void> {
  if ((await checkpoint.document(documentId)) !== null) return;
  throw new PawlError('unknown_document', `There is no document "${documentId}" in batch ${batchId}.`);
}
