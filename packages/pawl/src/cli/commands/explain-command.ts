import { Command } from '@commander-js/extra-typings';
import { PawlError } from '../../domain/errors.ts';
import type { DocumentResult } from '../../domain/result.ts';
import { type EventExplanation, explainEvents } from '../../pipeline/events/builtin/explain-events.ts';
import { loadTaxonomy } from '../../pipeline/events/load-taxonomy.ts';
import type { CommandFactory } from '../cli.ts';
import { withBatch } from '../open-batch.ts';
import { dataOption, jsonOption } from '../options.ts';
import { resultOf } from '../result-of.ts';
import type { Style } from '../terminal/style.ts';
import { terminalText } from '../terminal/terminal-text.ts';
import { explainLinkCommand } from './explain-link-command.ts';

export const explainCommand: CommandFactory = (cli) =>
  new Command('explain')
    .summary('say why events were found, or linked')
    .description(
      'Says of each event that pawl itself found in a document which entry of its lexicon gave the type, what the trained classifier saw in the word, and what in the dependency tree made each argument one.',
    )
    .addCommand(explainLinkCommand(cli))
    .argument('<document>', 'id of the document')
    .option('--event <id>', 'only this event')
    .option('--batch <id>', 'batch or job id; default: the batch used last')
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\nExamples:\n  pawl explain doc_105\n  pawl explain doc_105 --batch news --json | jq .[].pattern',
    )
    .action(async (documentId, options) => {
      const { output } = cli;
      await withBatch(options.data, options.batch, async ({ checkpoint }) => {
        const result: DocumentResult = JSON.parse(await resultOf(checkpoint, documentId));
        requireBuiltinEvents(result);
        const { settings } = await checkpoint.batch();
        const all = await explainEvents(result, loadTaxonomy(settings.taxonomyFile));
        const wanted = options.event === undefined ? all : [wantedOf(all, result, options.event)];
        if (options.json) return output.json(wanted);
        if (wanted.length === 0) return output.say(`No event was found in document ${terminalText(documentId)}.`);
        return output.answer(wanted.map((event) => describe(event, output.style)).join('\n\n'));
      });
    });

/** @throws {PawlError} `not_explained` */
function requireBuiltinEvents({ document_id, processing_metadata }: DocumentResult): void {
  const stage = processing_metadata.stages.events;
  if (stage?.provider === 'builtin') return;
  const who = stage === undefined ? 'no stage of this batch' : `${stage.provider} ${stage.model ?? ''}`.trimEnd();
  throw new PawlError(
    'not_explained',
    `The events of document "${document_id}" come from ${who}, which gives no reasons.`,
  );
}

/** @throws {PawlError} `unknown_event`, `not_explained` */
function wantedOf(
  all: readonly EventExplanation[],
  { events, document_id }: DocumentResult,
  id: string,
): EventExplanation {
  const wanted = all.find(({ event_id }) => event_id === id);
  if (wanted !== undefined) return wanted;
  if (events.some(({ event_id }) => event_id === id)) {
    throw new PawlError(
      'not_explained',
      `Event "${id}" was saved by another version of pawl, and this one does not find it.`,
    );
  }
  throw new PawlError('unknown_event', `There is no event "${id}" in document "${document_id}".`);
}

function describe(event: EventExplanation, { bold, dim }: Style): string {
  const { pattern, classifier, trigger } = event;
  const condition = pattern.condition === null ? '' : `: ${pattern.condition}`;
  return [
    `${bold(terminalText(event.event_id))}  ${event.event_type}  "${terminalText(trigger.text)}"  confidence ${event.confidence}`,
    dim(`  ${terminalText(event.source_sentence, 300)}`),
    `  pattern     ${terminalText(pattern.word)}${condition} (strength ${pattern.strength})`,
    `  classifier  an event with probability ${classifier.probability}, at least ${classifier.least_probability} is asked for`,
    ...classifier.features.map(({ feature, weight }) => dim(`    ${signed(weight)}  ${terminalText(feature, 100)}`)),
    ...(event.asserted ? [] : ['  denied, wished or supposed: half the confidence']),
    ...event.arguments.map(
      ({ argument_role, text, because }) =>
        `  ${argument_role.padEnd(11)} ${terminalText(text, 100)} ${dim(`(${terminalText(because)})`)}`,
    ),
  ].join('\n');
}

function signed(weight: number): string {
  return `${weight < 0 ? '-' : '+'}${Math.abs(weight).toFixed(2)}`;
}
