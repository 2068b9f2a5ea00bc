import { Command } from '@commander-js/extra-typings';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { allDocuments, linkedResultSeq } from '../../checkpoint/pages.ts';
import { PawlError } from '../../domain/errors.ts';
import type { DocumentResult } from '../../domain/result.ts';
import { eventIdPrefix } from '../../pipeline/assemble-result.ts';
import { sketchDocument } from '../../storylines/document-sketch.ts';
import { type ExplainedItem, explainPair, type PairExplanation } from '../../storylines/explain-link.ts';
import { loadDefaultWeights, parseWeights } from '../../storylines/link-weights.ts';
import { decodeContent, decodeProfile, SKETCH_FORMAT } from '../../storylines/sketch-codec.ts';
import { loadWordRarity } from '../../storylines/word-rarity.ts';
import type { Cli } from '../cli.ts';
import { withBatch } from '../open-batch.ts';
import { dataOption, jsonOption } from '../options.ts';
import { explanationLines } from '../render-storylines.ts';
import type { Style } from '../terminal/style.ts';
import { terminalText } from '../terminal/terminal-text.ts';

/** A part of {@link explainCommand}; options after it are taken for that one's. */
export const explainLinkCommand = ({ output }: Cli) =>
  new Command('link')
    .summary('why two events or documents are linked, or are not')
    .description(
      'Shows each evidence for two documents telling one story, and for two events being one: its value, its weight, and what ' +
        'it adds to the log-odds.',
    )
    .argument('<a>', 'event or document id')
    .argument('<b>', 'event or document id')
    .option('--batch <id>', 'batch or job id; default: the batch used last')
    .addOption(jsonOption())
    .addOption(dataOption())
    .addHelpText(
      'after',
      '\nExamples:\n  pawl explain link wikinews-2019-064 wikinews-2019-085\n  pawl explain link evt-1f2e3d4c5b6a7988-3 evt-8899aabbccddeeff-1 --json',
    )
    .action(async (a, b, _, command) => {
      const options = command.optsWithGlobals() as LinkOptions;
      await withBatch(options.data, options.batch, async ({ checkpoint }) => {
        const [first, second] = [await itemOf(checkpoint, a), await itemOf(checkpoint, b)];
        const weights = (await checkpoint.linking())?.weights ?? null;
        const explanation = explainPair(
          first,
          second,
          weights === null ? loadDefaultWeights() : parseWeights(weights, 'The weights of the batch'),
        );
        if (options.json) return output.json({ a, b, ...explanation });
        return output.answer(...describe(explanation, { a, b }, output.style));
      });
    });

interface LinkOptions {
  readonly data: string;
  readonly batch?: string;
  readonly json?: true;
}

function describe(
  { documents, events }: PairExplanation,
  { a, b }: { readonly a: string; readonly b: string },
  style: Style,
): string[] {
  const between = `${terminalText(a)} and ${terminalText(b)}`;
  const parts = [
    documents === null ? [] : explanationLines(`The documents of ${between} tell one story`, documents, style),
    events === null ? [] : explanationLines(`${between} are one event`, events, style),
  ].filter((lines) => lines.length > 0);
  if (parts.length === 0) return ['Both are the same document, and no events were named.'];
  return parts.flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
}

/** A document, or an event of one. @throws {PawlError} `unknown_document`, `no_result` */
async function itemOf(checkpoint: Checkpoint, id: string): Promise<ExplainedItem> {
  const document = (await checkpoint.document(id)) ?? (await documentOfEvent(checkpoint, id));
  const { batchId } = await checkpoint.batch();
  if (document === null) {
    throw new PawlError('unknown_document', `There is no document or event "${id}" in batch ${batchId}.`);
  }
  if (document.result === null) {
    throw new PawlError('no_result', `Document "${document.documentId}" has no result: it is ${document.state}.`);
  }
  const result = JSON.parse(document.result) as DocumentResult;
  const sketch =
    (await linkedSketch(checkpoint, document.documentId)) ?? sketchDocument(result, loadWordRarity(), null);
  if (document.documentId === id) return { document: sketch, eventId: null };
  if (result.events.some(({ event_id }) => event_id === id)) return { document: sketch, eventId: id };
  throw new PawlError(
    'unknown_document',
    `Document "${document.documentId}" of batch ${batchId} has no event "${id}".`,
  );
}

/** The sketch that linking used, where it holds what an embedding model said; null where the result alone says it all. */
async function linkedSketch(checkpoint: Checkpoint, documentId: string): Promise<ExplainedItem['document'] | null> {
  const state = await checkpoint.linking();
  if (state === null || state.embeddings === null || state.format !== SKETCH_FORMAT) return null;
  const resultSeq = await linkedResultSeq(checkpoint, documentId);
  if (resultSeq === null) return null;
  const { bytes: profile } = await checkpoint.keptBytes({ kind: 'profiles', resultSeqs: [resultSeq] });
  const { bytes: content } = await checkpoint.keptBytes({ kind: 'sketches', resultSeqs: [resultSeq] });
  return { ...decodeProfile(profile), ...decodeContent(content) };
}

/** The document whose events have ids that begin like this one. */
async function documentOfEvent(checkpoint: Checkpoint, eventId: string) {
  for await (const { documentId } of allDocuments(checkpoint, { state: 'processed' })) {
    if (eventId.startsWith(eventIdPrefix(documentId))) return checkpoint.document(documentId);
  }
  return null;
}
